"""The finding of a reading: what a probability and the thresholds in force decide, in one place for everyone."""

from enum import StrEnum


class Finding(StrEnum):
    """A finding, in the order in which a worklist shows them; the values are those of the CSV files."""

    PNEUMONIA = "pneumonia"
    """At or above the upper threshold."""
    DOUBTFUL = "doubtful"
    """Below the lower threshold, yet more likely pneumonia than not."""
    BETWEEN = "between"
    """From the lower threshold on and below the upper one: a human decides."""
    NORMAL = "normal"
    """Below the lower threshold."""
    REVIEW = "review"
    """A warning says that the reading should not be trusted: a human decides."""

    @property
    def decision(self) -> "Finding":
        """The finding as the thresholds alone decide it: one of ``DECISIONS``."""
        return {Finding.DOUBTFUL: Finding.NORMAL, Finding.BETWEEN: Finding.REVIEW}.get(self, self)


DECISIONS = (Finding.NORMAL, Finding.PNEUMONIA, Finding.REVIEW)
"""What the history keeps and ``python -m model.score`` writes."""


def decide(probability: float, low: float, high: float, *, trusted: bool = True) -> Finding:
    """Decide a finding: below ``low`` normal, from ``high`` on pneumonia.

    Args:
        probability: the calibrated P(pneumonia), 0 to 1.
        low: the lower threshold, 0 to 1; the same as ``high`` where there is one threshold.
        high: the upper threshold, 0 to 1.
        trusted: whether no warning forbids to decide.
    """
    if not trusted:
        return Finding.REVIEW
    if probability >= high:
        return Finding.PNEUMONIA
    return Finding.BETWEEN if probability >= low else doubted(Finding.NORMAL, probability)


def doubted(finding: Finding, probability: float) -> Finding:
    """Return ``DOUBTFUL`` for a normal that is more likely pneumonia than not, any other finding unchanged.

    A threshold may lie high above one half; nobody should have to look for a missed child among the normals.
    """
    return Finding.DOUBTFUL if finding is Finding.NORMAL and probability >= 0.5 else finding
