"""Figures in words that stay true, and others' words as they are."""

import re

import numpy as np

from model.network.finding import Finding

MOST_DECIMALS = 5
"""Of a percentage: as many as a probability is written with, seven."""
_LINKS_AND_SIGNS = re.compile(r":(?=\S)|@|www(?=\.)|[-<>~](?=[-<>=])", re.IGNORECASE)
"""What Streamlit looks for in text that its Markdown has done with: addresses, arrows, ``:streamlit:``."""
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def plain(text: str) -> str:
    """A line in which Streamlit's Markdown finds nothing to do, for words of a file or of a person.

    Otherwise a name such as ``![](address)`` has the reader's browser fetch that address. All of
    ASCII's punctuation is escaped (CommonMark 0.31, section 2.4); a word joiner, which nobody sees, parts the rest.
    """
    parted = _LINKS_AND_SIGNS.sub("\\g<0>\N{WORD JOINER}", " ".join(text.split()))
    return _PUNCTUATION.sub(r"\\\g<0>", parted)


def percent(probability: float, decimals: int = 1) -> str:
    """A probability, 0 to 1; nothing is rounded to certainty."""
    least = 10.0**-decimals
    if 100 * probability < least:
        return f"below {least:.{decimals}f} %"
    if 100 * (1 - probability) < least:
        return f"above {100 - least:.{decimals}f} %"
    return f"{100 * probability:.{decimals}f} %"


def cut(threshold: float, decimals: int = 1) -> str:
    """A threshold, 0 to 1, with these decimals, or as many as keep it from 0 and from 100 %."""
    for more in range(decimals, MOST_DECIMALS + 1):
        shown = f"{100 * threshold:.{more}f}"
        if 0 < float(shown) < 100:
            return f"{shown} %"
    return f"{100 * threshold:.0f} %"


def thresholds(lower: float | None, upper: float, between: str = "to", decimals: int = 1) -> str:
    """A policy's threshold, or both of them; ``lower`` is None where there is one."""
    return cut(upper, decimals) if lower is None else f"{cut(lower, decimals)} {between} {cut(upper, decimals)}"


def deciding(finding: Finding, lower: float | None, upper: float, decimals: int = 1) -> str:
    """The threshold that a finding follows from; of two, both where it lies between them."""
    if lower is None or finding is Finding.PNEUMONIA:
        return cut(upper, decimals)
    if finding.decision is Finding.NORMAL:
        return cut(lower, decimals)
    return thresholds(lower, upper, "and", decimals)


def decimals_apart(probability: float, *limits: float | None) -> int:
    """How many decimals a probability and the thresholds beside it are written with.

    One, or as many as tell it from a threshold that it does not equal: 96.8 % is not below 96.8 %.
    """
    others = [limit for limit in limits if limit is not None and limit != probability]
    for decimals in range(1, MOST_DECIMALS):
        if f"{100 * probability:.{decimals}f}" not in {f"{100 * limit:.{decimals}f}" for limit in others}:
            return decimals
    return MOST_DECIMALS


def number_of(count: int, thing: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def which_frame(frame: int, frames: int) -> str:
    """``, frame 2 of 3``, to follow what else is said of a radiograph; nothing where its file holds no other."""
    return f", frame {frame} of {frames}" if frames > 1 else ""


def place(heat: np.ndarray) -> str:
    """Where a heat map of shape (rows, columns) is hottest."""
    if not heat.max() > 0:
        return "no evidence of pneumonia"
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    vertical = ("upper", "middle", "lower")[3 * int(row) // heat.shape[0]]
    horizontal = ("left", "central", "right")[3 * int(column) // heat.shape[1]]
    return f"strongest evidence in the {vertical} {horizontal} part of the picture"
