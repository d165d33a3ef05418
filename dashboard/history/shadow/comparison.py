"""Shadow mode: the radiologists' reports against what the model would have said, in all and month by month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np

from dashboard.history.agreement import Agreement, measure_agreement
from dashboard.history.drift import Drift, measure_drift
from dashboard.history.shadow.tables import ModelReading, Report
from model.network.finding import Finding, decide

NO_DAY = "no day given"
FEW = 30
"""Of fewer radiographs a month's drift is not tested."""


@dataclass(frozen=True)
class ShadowPair:
    """A radiograph with its report and the model's probability and finding, one of ``DECISIONS``."""

    key: str
    day: date | None
    report: str
    probability: float
    model: Finding

    @property
    def missed(self) -> bool:
        """Whether the radiologist reports pneumonia and the model would have called it normal."""
        return self.report == "pneumonia" and self.model is Finding.NORMAL

    @property
    def false_alarm(self) -> bool:
        """Whether the radiologist reports a normal and the model would have raised an alarm."""
        return self.report == "normal" and self.model is Finding.PNEUMONIA


@dataclass(frozen=True)
class ShadowMonth:
    """A month's pairs: agreement, drift of the probabilities from validation's, None of few."""

    month: str
    pairs: Sequence[ShadowPair]
    agreement: Agreement
    drift: Drift | None


def pair_up(
    reports: Iterable[Report], readings: Iterable[ModelReading], low: float, high: float
) -> tuple[list[ShadowPair], int]:
    """Pair each report with the model's reading of the same radiograph, decided below ``low`` and from ``high`` on.

    Of several readings with one key, such as the radiographs of one accession number, the highest probability
    counts, and one that is not to be trusted leaves all to a human.

    Returns:
        The pairs, and how many reports have no reading.
    """
    found: dict[str, ModelReading] = {}
    for reading in readings:
        other = found.get(reading.key, reading)
        found[reading.key] = ModelReading(
            reading.key, max(reading.probability, other.probability), reading.trusted and other.trusted
        )
    reports = list(reports)
    pairs = [_paired(report, found[report.key], low, high) for report in reports if report.key in found]
    return pairs, len(reports) - len(pairs)


def _paired(report: Report, reading: ModelReading, low: float, high: float) -> ShadowPair:
    finding = decide(reading.probability, low, high, trusted=reading.trusted).decision
    return ShadowPair(report.key, report.day, report.finding, reading.probability, finding)


def concordance(pairs: Iterable[ShadowPair]) -> Agreement:
    """Measure how often report and model agree, of those that both decide."""
    return measure_agreement([(pair.report, pair.model) for pair in pairs])


def disagreements(pairs: Iterable[ShadowPair]) -> list[ShadowPair]:
    """Return the missed, the lowest probability first, then the false alarms, the highest first."""
    pairs = list(pairs)
    missed = sorted((pair for pair in pairs if pair.missed), key=lambda pair: pair.probability)
    alarms = sorted((pair for pair in pairs if pair.false_alarm), key=lambda pair: -pair.probability)
    return missed + alarms


def by_month(pairs: Iterable[ShadowPair], validation: np.ndarray) -> list[ShadowMonth]:
    """Measure every month, the earliest first; ``validation`` are probabilities, shape (m,)."""
    ordered = sorted(pairs, key=_month)
    return [_measured(month, list(group), validation) for month, group in groupby(ordered, _month)]


def _month(pair: ShadowPair) -> str:
    return NO_DAY if pair.day is None else f"{pair.day:%Y-%m}"


def _measured(month: str, pairs: list[ShadowPair], validation: np.ndarray) -> ShadowMonth:
    drift = measure_drift([pair.probability for pair in pairs], validation) if len(pairs) >= FEW else None
    return ShadowMonth(month, pairs, concordance(pairs), drift)
