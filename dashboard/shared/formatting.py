"""Figures and counts as people read them, and others' words as they are."""

import re

import numpy as np

from model.metrics.estimate import Estimate
from model.network import gradcam
from model.network.finding import Finding

SUBTYPES = {"normal": "Normal", "bacteria": "Bacterial", "virus": "Viral"}
MOST_DECIMALS = 5
"""Of a percentage: as many as a probability is written with, seven."""
_LINKS_AND_SIGNS = re.compile(r":(?=\S)|@|www(?=\.)|[-<>~](?=[-<>=])", re.IGNORECASE)
"""What Streamlit looks for in text that its Markdown has done with: addresses, arrows, ``:streamlit:``."""
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def escape_markdown(text: str) -> str:
    """Return a line in which Streamlit's Markdown finds nothing to do, for text of a file or of a person.

    Otherwise a name such as ``![](address)`` has the reader's browser fetch that address. All of
    ASCII's punctuation is escaped (CommonMark 0.31, section 2.4); a word joiner, which nobody sees, parts the rest.
    """
    parted = _LINKS_AND_SIGNS.sub("\\g<0>\N{WORD JOINER}", " ".join(text.split()))
    return _PUNCTUATION.sub(r"\\\g<0>", parted)


def format_probability(probability: float, decimals: int = 1) -> str:
    """Format a probability, 0 to 1, in per cent; nothing is rounded to certainty."""
    least = 10.0**-decimals
    if 100 * probability < least:
        return f"below {least:.{decimals}f} %"
    if 100 * (1 - probability) < least:
        return f"above {100 - least:.{decimals}f} %"
    return f"{100 * probability:.{decimals}f} %"


def format_threshold(threshold: float, decimals: int = 1) -> str:
    """Format a threshold, 0 to 1, in per cent: with these decimals, or as many as keep it from 0 and from 100 %."""
    for more in range(decimals, MOST_DECIMALS + 1):
        shown = f"{100 * threshold:.{more}f}"
        if 0 < float(shown) < 100:
            return f"{shown} %"
    return f"{100 * threshold:.0f} %"


def format_thresholds(lower: float | None, upper: float, between: str = "to", decimals: int = 1) -> str:
    """Format a policy's threshold, or both of them; ``lower`` is None where there is one."""
    if lower is None:
        return format_threshold(upper, decimals)
    return f"{format_threshold(lower, decimals)} {between} {format_threshold(upper, decimals)}"


def format_deciding_threshold(finding: Finding, lower: float | None, upper: float, decimals: int = 1) -> str:
    """Format the threshold that a finding follows from; of two, both where it lies between them."""
    if lower is None or finding is Finding.PNEUMONIA:
        return format_threshold(upper, decimals)
    if finding.decision is Finding.NORMAL:
        return format_threshold(lower, decimals)
    return format_thresholds(lower, upper, "and", decimals)


def decimals_apart(probability: float, *thresholds: float | None) -> int:
    """Return how many decimals a probability and the thresholds beside it are written with, in per cent.

    One, or as many as tell it from a threshold that it does not equal: 96.8 % is not below 96.8 %.
    """
    others = [threshold for threshold in thresholds if threshold is not None and threshold != probability]
    for decimals in range(1, MOST_DECIMALS):
        if f"{100 * probability:.{decimals}f}" not in {f"{100 * other:.{decimals}f}" for other in others}:
            return decimals
    return MOST_DECIMALS


def format_estimate(estimate: Estimate[float]) -> str:
    """Format a figure and its interval: ``0.971 (0.950 to 0.984)``."""
    return f"{estimate.value:.3f} ({estimate.low:.3f} to {estimate.high:.3f})"


def format_percent_estimate(estimate: Estimate[float]) -> str:
    """Format a proportion, 0 to 1, and its interval, in per cent: ``97.1 % (95.0 to 98.4)``; unknown, a dash."""
    if np.isnan(estimate.value):
        return "-"
    return f"{100 * estimate.value:.1f} % ({100 * estimate.low:.1f} to {100 * estimate.high:.1f})"


def format_signed(value: float, decimals: int) -> str:
    """Format a figure of either sign; no zero is written below zero."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}"


def format_share(part: int, whole: int) -> str:
    """Format a share with its counts: ``11 of 390, 2.8 %``."""
    return f"{part} of {whole}, {100 * part / whole:.1f} %" if whole else "none"


def format_count(count: int, thing: str) -> str:
    """Format a number of things: ``1 file``, ``2 files``."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def format_frame(frame: int, frames: int) -> str:
    """Format a frame's number to follow a radiograph's name, ``, frame 2 of 3``; nothing for an only frame."""
    return f", frame {frame} of {frames}" if frames > 1 else ""


def hottest_region(heat: np.ndarray) -> str:
    """Return where a heat map of shape (rows, columns), 0 to 1, is hottest, by thirds of its height and width."""
    if not heat.max() > gradcam.VISIBLE:
        return "no evidence of pneumonia"
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    vertical = ("upper", "middle", "lower")[3 * int(row) // heat.shape[0]]
    horizontal = ("left", "central", "right")[3 * int(column) // heat.shape[1]]
    return f"strongest evidence in the {vertical} {horizontal} part of the picture"
