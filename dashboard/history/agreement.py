"""How often readers agree with the model, and how often they change their finding once they see its result."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.history.store import KeptReading
from model.metrics.estimate import Estimate
from model.metrics.intervals import proportion
from model.network.finding import Finding

DECIDED = (Finding.NORMAL, Finding.PNEUMONIA)
"""The findings that can agree; a reader's ``unsure`` and the model's ``review`` decide nothing."""


@dataclass(frozen=True)
class ReaderFindings:
    """A reader's first and last finding on a radiograph, and the model's.

    ``blinded`` holds where ``first`` was given before the model's result was shown.
    """

    first: str
    last: str
    blinded: bool
    model: Finding


@dataclass(frozen=True)
class Agreement:
    """Agreement on the radiographs that reader and model both decide.

    ``counts`` is int64 of shape (2, 2), reader by model, in the order of ``DECIDED``. ``rate`` is the proportion
    that agree, ``kappa`` Cohen's. ``undecided`` counts the pairs left out: unsure, or for a human to review.
    """

    counts: np.ndarray
    rate: Estimate[float]
    kappa: Estimate[float]
    undecided: int


@dataclass(frozen=True)
class FindingChanges:
    """Changes among ``blinded`` findings given before the model's result.

    ``changed`` is the proportion changed after it, ``to_model`` how many of them to the model's finding.
    """

    changed: Estimate[float]
    blinded: int
    to_model: int


def first_and_last_findings(current: Iterable[KeptReading], every: Iterable[KeptReading]) -> list[ReaderFindings]:
    """Return the findings of each current row that has one; ``every`` also holds the rows that these correct."""
    rows = {row.id: row for row in every}
    found = []
    for last in current:
        if not last.reader_finding:
            continue
        row = first = last
        while row.corrects is not None:
            row = rows[row.corrects]
            first = row if row.reader_finding else first
        found.append(
            ReaderFindings(str(first.reader_finding), last.reader_finding, bool(first.reader_first), last.finding)
        )
    return found


def measure_agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Measure the agreement of pairs of a reader's and the model's finding."""
    counts = np.array([[pairs.count((reader, model)) for model in DECIDED] for reader in DECIDED])
    decided = int(counts.sum())
    rate = proportion(int(np.trace(counts)), decided)
    return Agreement(counts, rate, cohens_kappa(counts), len(pairs) - decided)


def measure_changes(found: Iterable[ReaderFindings]) -> FindingChanges:
    """Measure how many of the findings given before the model's result were changed after it."""
    blinded = [findings for findings in found if findings.blinded]
    changed = [findings for findings in blinded if findings.last != findings.first]
    to_model = sum(findings.last == findings.model for findings in changed)
    return FindingChanges(proportion(len(changed), len(blinded)), len(blinded), to_model)


def cohens_kappa(counts: np.ndarray) -> Estimate[float]:
    """Estimate Cohen's kappa of a square table of counts (Cohen 1960).

    The interval is Wilson's of the observed agreement, carried through kappa with the expected agreement held
    fixed, as Cohen's own standard error holds it. The large-sample interval of Fleiss, Cohen and Everitt (1969) is
    far too short where readings are few or nearly all agree, and has no length where all do.

    Returns:
        -1 to 1; NaN, and -1 to 1, where the expected agreement is 1 or nothing was counted.
    """
    total = int(counts.sum())
    expected = float((counts.sum(0) * counts.sum(1)).sum() / total**2) if total else 1.0
    if expected == 1:
        return Estimate(float("nan"), -1.0, 1.0)
    observed = proportion(int(np.trace(counts)), total)
    value, low, high = ((agreed - expected) / (1 - expected) for agreed in observed)
    return Estimate(value, max(-1.0, low), min(1.0, high))
