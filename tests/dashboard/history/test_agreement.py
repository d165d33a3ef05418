"""Agreement of readers with the model, on tables whose figures are known."""

import math

import numpy as np
import pytest

from dashboard.history.agreement import (
    ReaderFindings,
    cohens_kappa,
    first_and_last_findings,
    measure_agreement,
    measure_changes,
)
from dashboard.history.store import History, Search
from model.metrics.intervals import proportion
from model.network.finding import Finding
from tests.readings import RESULT, result


def test_agreement_counts_only_what_both_decide() -> None:
    pairs = [("normal", "normal")] * 5 + [("pneumonia", "pneumonia")] * 3 + [("normal", "pneumonia")] * 2
    measured = measure_agreement([*pairs, ("unsure", "normal"), ("normal", "review")])
    assert measured.counts.tolist() == [[5, 2], [0, 3]]
    assert measured.rate == proportion(8, 10)
    assert measured.undecided == 2


def test_kappa_is_the_textbooks() -> None:
    # 45 and 15, 25 and 15: observed 0.6, expected 0.54 (Cohen's kappa, worked in many a course).
    assert cohens_kappa(np.array([[45, 15], [25, 15]])).value == pytest.approx(0.06 / 0.46)


def test_kappa_is_0_by_chance_1_at_perfect_agreement_and_unknown_without_both_kinds() -> None:
    assert cohens_kappa(np.array([[9, 9], [9, 9]])).value == 0
    perfect = cohens_kappa(np.array([[6, 0], [0, 4]]))
    assert perfect.value == perfect.high == 1
    assert perfect.low < 0.6  # ten readings are no certainty
    for counts in ([[5, 0], [0, 0]], [[0, 0], [0, 0]]):
        unknown = cohens_kappa(np.array(counts))
        assert math.isnan(unknown.value)
        assert unknown[1:] == (-1, 1)


@pytest.mark.parametrize("number", [20, 100])
def test_kappas_interval_covers_the_truth_at_its_level(number: int) -> None:
    shares = np.array([[0.45, 0.05], [0.05, 0.45]])
    generator = np.random.default_rng(3)
    tables = generator.multinomial(number, shares.ravel(), size=2000).reshape(-1, 2, 2)
    held = [low <= 0.8 <= high for _, low, high in map(cohens_kappa, tables)]
    assert 0.93 <= np.mean(held) <= 0.985


def test_findings_run_from_the_first_given_to_the_last(history: History) -> None:
    first = history.record(RESULT, reader_finding="normal", reader_first=True)
    history.correct(
        history.correct(first, reader_finding="normal", comment="why"), reader_finding="pneumonia", comment=""
    )
    history.record(result(finding="normal"), reader_finding="normal")
    history.record(RESULT)
    late = history.record(RESULT)
    history.correct(late, reader_finding="unsure", comment="")
    withdrawn = history.record(RESULT, reader_finding="normal", reader_first=True)
    history.correct(withdrawn, reader_finding=None, comment="another child's")
    found = first_and_last_findings(history.readings(), history.readings(Search(current=False)))
    assert sorted(found, key=lambda findings: findings.last) == [
        ReaderFindings("normal", "normal", False, Finding.NORMAL),
        ReaderFindings("normal", "pneumonia", True, Finding.PNEUMONIA),
        ReaderFindings("unsure", "unsure", False, Finding.PNEUMONIA),
    ]


def test_changes_are_counted_among_findings_given_before_the_models_result() -> None:
    changed = measure_changes(
        [
            ReaderFindings("normal", "pneumonia", True, Finding.PNEUMONIA),
            ReaderFindings("unsure", "normal", True, Finding.PNEUMONIA),
            ReaderFindings("normal", "normal", True, Finding.PNEUMONIA),
            ReaderFindings("normal", "pneumonia", False, Finding.PNEUMONIA),
        ]
    )
    assert (changed.changed, changed.blinded, changed.to_model) == (proportion(2, 3), 3, 1)
