"""How often readers and the model agree, and how often readers change their minds once they see its result."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.history.store import KeptReading
from model.metrics.estimate import Estimate
from model.metrics.intervals import proportion

DECIDED = ("normal", "pneumonia")
"""The words and findings that can agree; ``unsure`` and ``review`` decide nothing."""


@dataclass(frozen=True)
class Opinion:
    """What a reader said of a radiograph first and in the end, beside the model's finding.

    ``blind`` holds where ``first`` was given before the model's result was shown.
    """

    first: str
    last: str
    blind: bool
    finding: str


@dataclass(frozen=True)
class Agreement:
    """Of the opinions in which reader and model both decide.

    ``counts`` is int64 of shape (2, 2), reader by model, in the order of ``DECIDED``. ``rate`` is the share that
    agree, with Wilson's interval. ``kappa`` is Cohen's, NaN where chance alone would always agree. ``undecided``
    opinions, unsure or for a human to review, are left out.
    """

    counts: np.ndarray
    rate: Estimate[float]
    kappa: Estimate[float]
    undecided: int


@dataclass(frozen=True)
class Changes:
    """Of the words given before the model's result: the share changed after it, and how many to its finding."""

    changed: Estimate[float]
    blind: int
    to_model: int


def opinions(current: Iterable[KeptReading], every: Iterable[KeptReading]) -> list[Opinion]:
    """An opinion for each current reading that has a word; ``every`` holds the rows that they correct, too."""
    rows = {row.id: row for row in every}
    found = []
    for row in current:
        words = [step for step in _trail(row, rows) if step.word]
        if words and row.word:
            first = words[0]
            found.append(Opinion(str(first.word), row.word, bool(first.reader_first), row.finding))
    return found


def agreement(words: Sequence[tuple[str, str]]) -> Agreement:
    """Agreement of pairs of a reader's word and the model's finding."""
    pairs = [(DECIDED.index(word), DECIDED.index(found)) for word, found in words if {word, found} <= set(DECIDED)]
    counts = np.zeros((2, 2), int)
    for pair in pairs:
        counts[pair] += 1
    agreed = int(np.trace(counts))
    return Agreement(counts, proportion(agreed, len(pairs)), cohens_kappa(counts), len(words) - len(pairs))


def changes(found: Iterable[Opinion]) -> Changes:
    """How many of the words given blind were changed, and how many of those to the model's finding."""
    blind = [opinion for opinion in found if opinion.blind]
    changed = [opinion for opinion in blind if opinion.last != opinion.first]
    to_model = sum(opinion.last == opinion.finding for opinion in changed)
    return Changes(proportion(len(changed), len(blind)), len(blind), to_model)


def cohens_kappa(counts: np.ndarray) -> Estimate[float]:
    """Cohen's kappa of a square table of counts (Cohen 1960), with a 95 % interval.

    The interval is Wilson's of the observed agreement, carried through kappa with the expected agreement held
    fixed, as Cohen's own standard error holds it. The large-sample interval of Fleiss, Cohen and Everitt (1969) is
    far too short where readings are few or nearly all agree, and has no length where all do.

    Returns:
        -1 to 1; NaN, and -1 to 1, where the expected agreement is 1 or nothing was counted.
    """
    total = counts.sum()
    expected = float((counts.sum(0) * counts.sum(1)).sum() / total**2) if total else 1.0
    if expected == 1:
        return Estimate(float("nan"), -1.0, 1.0)
    observed = proportion(int(np.trace(counts)), int(total))
    value, low, high = ((agreed - expected) / (1 - expected) for agreed in observed)
    return Estimate(value, max(-1.0, low), min(1.0, high))


def _trail(row: KeptReading, rows: dict[int, KeptReading]) -> list[KeptReading]:
    """A row and all that it corrects, first to last."""
    trail = [row]
    while (before := trail[0].corrects) is not None:
        trail.insert(0, rows[before])
    return trail
