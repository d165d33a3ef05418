"""Every figure that the explorer can show, against scikit-learn; and that all of it reaches the browser."""

import json
from typing import Any

import numpy as np
import pytest
from sklearn import metrics
from streamlit.testing.v1 import AppTest

from dashboard.components.threshold_explorer.table import (
    BINS,
    RATES,
    explorer_table,
    intervals,
    percent,
    rates,
    requirement,
)
from model.operating_points import OperatingPoints, operating_points

GENERATOR = np.random.default_rng(2)
LABELS = np.repeat([0, 1], [60, 100])
SCORES = np.concatenate([GENERATOR.beta(0.4, 1.5, 60), GENERATOR.beta(2, 0.3, 100)]).round(2)


def test_every_row_is_a_recount_by_scikit_learn() -> None:
    table = explorer_table(LABELS, SCORES, 0.95)
    for row, threshold in enumerate([*table["thresholds"], np.inf]):
        called = np.greater_equal(SCORES, threshold)
        tn, fp, fn, tp = metrics.confusion_matrix(LABELS, called, labels=[0, 1]).ravel()
        counts = [table["tp"][row], table["fp"][row], table["fn"][row], table["tn"][row]]
        assert counts == [tp, fp, fn, tn]
        texts = {name: table["rates"][name][row] for name in RATES}
        assert texts == {
            "recall": percent(metrics.recall_score(LABELS, called)),
            "specificity": percent(metrics.recall_score(LABELS, called, pos_label=0)),
            "precision": percent(metrics.precision_score(LABELS, called, zero_division=np.nan)),
            "accuracy": percent(metrics.accuracy_score(LABELS, called)),
            "f1": percent(metrics.f1_score(LABELS, called)),
        }


def test_rates_lie_within_their_intervals() -> None:
    points = operating_points(LABELS, SCORES)
    for name, (low, high) in intervals(points).items():
        rate = np.array(rates(points)[name])
        known = ~np.isnan(rate)
        assert (low >= 0).all() and (high <= 1).all()
        assert (low <= rate)[known].all() and (rate <= high)[known].all()


@pytest.mark.parametrize("name", RATES)
def test_intervals_cover_95_in_100(name: str) -> None:
    shares = np.array([0.58, 0.05, 0.03, 0.34])
    truth = rates(_points(1000 * shares))[name][0]
    low, high = intervals(_points(np.random.default_rng(4).multinomial(624, shares, 20_000).T))[name]
    assert abs(np.mean((low <= truth) & (truth <= high)) - 0.95) < 0.01


def _points(counts: np.ndarray) -> OperatingPoints:
    """Rows of tp, fp, fn, tn as they come, of no particular thresholds."""
    tp, fp, fn, tn = np.atleast_2d(np.transpose(counts)).T.astype(int)
    return OperatingPoints(np.zeros(len(tp)), tp, fp, fn, tn)


@pytest.mark.parametrize(("found", "state"), [(390, "met"), (381, "met"), (374, "unsure"), (370, "missed")])
def test_the_requirement_has_three_states(found: int, state: str) -> None:
    assert requirement(_points(np.array([found, 20, 390 - found, 214])), 0.95) == [state]


def test_exactly_the_target_is_enough() -> None:
    assert requirement(_points(np.array([380, 0, 20, 0])), 0.95) == ["unsure"]


def test_the_histograms_hold_every_image() -> None:
    table = explorer_table([0, 1, 1, 1], [0.0, 1.0, 0.99, 0.5], 0.9)
    assert table["normal"] == [1] + [0] * (BINS - 1)
    assert [table["pneumonia"][0], table["pneumonia"][BINS // 2], table["pneumonia"][-1]] == [0, 1, 2]


def test_the_texts_are_as_a_reader_expects() -> None:
    table = explorer_table([0, 1], [0.25, 0.75], 0.95)
    assert table["rates"]["recall"] == ["100.0 %", "100.0 %", "0.0 %"]
    assert table["rates"]["precision"] == ["50.0 %", "100.0 %", "\N{EN DASH}"]
    assert table["intervals"]["accuracy"][0] == "9.5 to 90.5 %"
    assert table["target"] == "95 %"


def test_a_score_that_is_no_probability_is_refused() -> None:
    with pytest.raises(ValueError, match=r"probabilities, 0 to 1; received -0.5 to 1"):
        explorer_table([0, 1], [-0.5, 1], 0.95)


def test_the_browser_is_handed_the_table_as_it_is() -> None:
    app = AppTest.from_function(_explorer_page, kwargs={"labels": LABELS.tolist(), "scores": SCORES.tolist()})
    data = sent(app.run())
    table = explorer_table(LABELS, SCORES, 0.95)
    assert data == {**table, "default": 0.6134267, "start": 0.25, "provenance": "From elsewhere."}


def _explorer_page(labels: list[int], scores: list[float]) -> None:
    from dashboard.components.threshold_explorer import threshold_explorer
    from dashboard.components.threshold_explorer.table import explorer_table

    threshold_explorer(
        explorer_table(labels, scores, 0.95),
        default=0.6134267,
        start=0.25,
        provenance="From elsewhere.",
        on_settle=print,
        key="explorer",
    )


def sent(app: AppTest) -> dict[str, Any]:
    """What the one component of a page was given."""
    assert not app.exception
    (component,) = app.get("bidi_component")
    # Infinity and NaN, which a browser does not parse, are refused here too.
    return json.loads(component.proto.json, parse_constant=pytest.fail)
