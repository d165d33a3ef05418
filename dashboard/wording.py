"""Figures in words that stay true, and others' words as they are."""

import re

import numpy as np

_LINKS_AND_SIGNS = re.compile(r":(?=\S)|@|www(?=\.)|[-<>~](?=[-<>=])", re.IGNORECASE)
"""What Streamlit looks for in text that its Markdown has done with: addresses, arrows, ``:streamlit:``."""
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def plain(text: str) -> str:
    """A line in which Streamlit's Markdown finds nothing to do, for words of a file or of a person.

    Otherwise a name such as ``![](https://example.org)`` has the reader's browser fetch that address. All of
    ASCII's punctuation is escaped (CommonMark 0.31, section 2.4); a word joiner, which nobody sees, parts the rest.
    """
    parted = _LINKS_AND_SIGNS.sub("\\g<0>\N{WORD JOINER}", " ".join(text.split()))
    return _PUNCTUATION.sub(r"\\\g<0>", parted)


def called(finding: str, probability: float) -> str:
    """A finding as it is shown: a normal that is more likely pneumonia than not is ``doubtful``.

    A threshold may lie high above one half; nobody should have to look for a missed child among the normals.
    """
    return "doubtful" if finding == "normal" and probability >= 0.5 else finding


def percent(probability: float) -> str:
    """A probability, 0 to 1, with one decimal; nothing is rounded to certainty."""
    if probability < 0.001:
        return "below 0.1 %"
    return "above 99.9 %" if probability > 0.999 else f"{100 * probability:.1f} %"


def cut(threshold: float) -> str:
    """A threshold, 0 to 1, with one decimal, or as many as keep it from 0 and from 100 %."""
    for decimals in range(1, 6):
        shown = f"{100 * threshold:.{decimals}f}"
        if 0 < float(shown) < 100:
            return f"{shown} %"
    return f"{100 * threshold:.0f} %"


def thresholds(lower: float | None, upper: float, between: str = "to") -> str:
    """A policy's threshold, or both of them; ``lower`` is None where there is one."""
    return cut(upper) if lower is None else f"{cut(lower)} {between} {cut(upper)}"


def deciding(finding: str, lower: float | None, upper: float) -> str:
    """The threshold that a finding follows from; of two, both where it lies between them."""
    if lower is None or finding == "pneumonia":
        return cut(upper)
    return cut(lower) if finding in ("normal", "doubtful") else thresholds(lower, upper, "and")


def place(heat: np.ndarray) -> str:
    """Where a heat map of shape (rows, columns) is hottest."""
    if not heat.max() > 0:
        return "no evidence of pneumonia"
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    vertical = ("upper", "middle", "lower")[3 * int(row) // heat.shape[0]]
    horizontal = ("left", "central", "right")[3 * int(column) // heat.shape[1]]
    return f"strongest evidence in the {vertical} {horizontal} part of the picture"
