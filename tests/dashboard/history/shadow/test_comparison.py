"""Pairs of report and reading, what they come to, and the months."""

from datetime import date

import numpy as np
import pytest

from dashboard.history.shadow.comparison import FEW, NO_DAY, by_month, concordance, disagreements, pair_up
from dashboard.history.shadow.tables import ModelReading, Report
from model.network.finding import Finding

JANUARY, MARCH = date(2026, 1, 5), date(2026, 3, 9)
REPORTS = [
    Report("a", "pneumonia", JANUARY),
    Report("b", "pneumonia", JANUARY),
    Report("c", "normal", MARCH),
    Report("d", "normal", None),
    Report("e", "unsure", MARCH),
    Report("f", "normal", MARCH),
    Report("nobody", "normal", MARCH),
]
READINGS = [
    ModelReading("a", 0.9, True),
    ModelReading("b", 0.1, True),
    ModelReading("c", 0.95, True),
    ModelReading("d", 0.2, True),
    ModelReading("e", 0.9, True),
    ModelReading("f", 0.9, False),
]
PAIRS, UNMATCHED = pair_up(REPORTS, READINGS, 0.5, 0.5)


def test_reports_meet_their_readings_as_the_threshold_decides() -> None:
    assert UNMATCHED == 1
    assert [pair.model for pair in PAIRS] == [
        Finding.PNEUMONIA,
        Finding.NORMAL,
        Finding.PNEUMONIA,
        Finding.NORMAL,
        Finding.PNEUMONIA,
        Finding.REVIEW,
    ]
    assert pair_up(REPORTS[:1], READINGS, 0.5, 0.95)[0][0].model is Finding.REVIEW, "between two thresholds"


def test_agreement_is_of_what_both_decide() -> None:
    agreement = concordance(PAIRS)
    assert agreement.counts.tolist() == [[1, 1], [1, 1]]
    assert (agreement.rate.value, agreement.undecided) == (0.5, 2)


def test_the_missed_come_first() -> None:
    assert [(pair.key, pair.missed, pair.false_alarm) for pair in disagreements(PAIRS)] == [
        ("b", True, False),
        ("c", False, True),
    ]


def test_several_radiographs_of_one_accession_number_count_by_the_highest() -> None:
    several = [ModelReading("a", 0.2, True), ModelReading("a", 0.8, True), ModelReading("b", 0.2, False)]
    (first,), _ = pair_up(REPORTS[:1], several, 0.5, 0.5)
    assert (first.probability, first.model) == (0.8, Finding.PNEUMONIA)


def test_months_come_in_order_and_hold_every_pair() -> None:
    months = by_month(PAIRS, np.linspace(0, 1, 50))
    assert [month.month for month in months] == ["2026-01", "2026-03", NO_DAY]
    assert sum(len(month.pairs) for month in months) == len(PAIRS)
    assert {month.drift for month in months} == {None}


@pytest.mark.parametrize(("shift", "found"), [(0.0, False), (0.6, True)])
def test_a_months_drift_from_validation_is_found(shift: float, found: bool) -> None:
    generator = np.random.default_rng(0)
    validation, recent = generator.random(300) * 0.4, generator.random(2 * FEW) * 0.4 + shift
    reports = [Report(str(row), "normal", MARCH) for row in range(len(recent))]
    readings = [ModelReading(str(row), value, True) for row, value in enumerate(recent)]
    (month,) = by_month(pair_up(reports, readings, 0.5, 0.5)[0], validation)
    assert month.drift is not None and month.drift.found == found
