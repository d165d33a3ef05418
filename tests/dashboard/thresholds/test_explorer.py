"""Every figure that the explorer can show, against scikit-learn; and that all of it reaches the browser."""

import json
from typing import Any

import numpy as np
import pytest
from sklearn import metrics
from streamlit.testing.v1 import AppTest

from dashboard.thresholds.explorer.table import BINS, MOST, drawn_bands, explorer_table
from model.metrics.rates import RATES

GENERATOR = np.random.default_rng(2)
LABELS = np.repeat([0, 1], [60, 100])
SCORES = np.concatenate([GENERATOR.beta(0.4, 1.5, 60), GENERATOR.beta(2, 0.3, 100)]).round(2)
KINDS = ["normal"] * 60 + ["bacteria"] * 70 + ["virus"] * 30


def rates_by_scikit_learn(labels: np.ndarray, called: np.ndarray) -> dict[str, float]:
    return {
        "recall": metrics.recall_score(labels, called),
        "specificity": metrics.recall_score(labels, called, pos_label=0),
        "precision": metrics.precision_score(labels, called, zero_division=np.nan),
        "npv": metrics.precision_score(labels, called, pos_label=0, zero_division=np.nan),
        "accuracy": metrics.accuracy_score(labels, called),
        "balanced_accuracy": metrics.balanced_accuracy_score(labels, called),
        "f1": metrics.f1_score(labels, called),
        "mcc": metrics.matthews_corrcoef(labels, called),
    }


def test_every_row_is_a_recount_by_scikit_learn() -> None:
    table = explorer_table(LABELS, SCORES, 0.5)
    at_default = rates_by_scikit_learn(LABELS, SCORES >= 0.5)
    assert table["exact"]
    for row, threshold in enumerate([*table["thresholds"], np.inf]):
        called = np.greater_equal(SCORES, threshold)
        tn, fp, fn, tp = metrics.confusion_matrix(LABELS, called, labels=[0, 1]).ravel()
        counts = [table["tp"][row], table["fp"][row], table["fn"][row], table["tn"][row]]
        assert counts == [tp, fp, fn, tn]
        expected = rates_by_scikit_learn(LABELS, called)
        for name in RATES:
            gained = expected[name] - at_default[name]
            assert _shown(table["rates"][name][row]) == pytest.approx(expected[name], abs=0.0005001, nan_ok=True)
            assert _shown(table["lift"][name][row]) == pytest.approx(gained, abs=0.0005001, nan_ok=True)


def _shown(thousandths: int | None) -> float:
    return np.nan if thousandths is None else thousandths / 1000


def test_rates_lie_within_their_intervals() -> None:
    table = explorer_table(LABELS, SCORES, 0.5)
    for name in RATES:
        for value, low, high in zip(table["rates"][name], table["low"][name], table["high"][name], strict=True):
            assert value is None or (low is not None and high is not None and low <= value <= high)


def test_pneumonias_below_each_threshold_are_counted_by_kind() -> None:
    table = explorer_table(LABELS, SCORES, 0.5, kinds=KINDS)
    assert set(table["kinds"]) == {"bacteria", "virus"}
    assert table["kinds"]["virus"][-1] == 30
    np.testing.assert_array_equal(np.add(table["kinds"]["virus"], table["kinds"]["bacteria"]), table["fn"])


def test_many_images_make_no_larger_a_table_and_what_it_shows_is_exact() -> None:
    generator = np.random.default_rng(1)
    labels = (generator.random(300_000) < 0.3).astype(int)
    scores = 1 / (1 + np.exp(-generator.normal(2 * labels - 1, 1.5)))
    table = explorer_table(labels, scores, 0.4321, [0.1234])
    assert len(json.dumps(table)) + len(json.dumps(drawn_bands(labels, scores))) < 240_000
    assert not table["exact"] and len(table["thresholds"]) <= MOST + 2
    for threshold in (0.4321, 0.1234, *table["thresholds"][::97]):
        row = table["thresholds"].index(threshold)
        called = scores >= threshold
        assert (table["tp"][row], table["fp"][row]) == (
            (called & (labels == 1)).sum(),
            (called & (labels == 0)).sum(),
        )


def test_the_histograms_hold_every_image() -> None:
    table = explorer_table([0, 1, 1, 1], [0.0, 1.0, 0.99, 0.5], 0.9)
    assert table["normal"] == [1] + [0] * (BINS - 1)
    assert [table["pneumonia"][0], table["pneumonia"][BINS // 2], table["pneumonia"][-1]] == [0, 1, 2]


def test_the_histograms_over_log_odds_hold_every_image_even_the_certain() -> None:
    table = explorer_table([0, 1, 1, 1], [0.0, 1.0, 0.99, 0.5], 0.9)
    assert sum(table["odds"]["normal"]) == 1 and table["odds"]["normal"][0] == 1
    assert sum(table["odds"]["pneumonia"]) == 3 and table["odds"]["pneumonia"][-1] == 1


def test_a_score_that_is_no_probability_is_refused() -> None:
    with pytest.raises(ValueError, match=r"probabilities, 0 to 1; received -0.5 to 1"):
        explorer_table([0, 1], [-0.5, 1], 0.95)


def test_bands_hold_the_curve_they_are_of() -> None:
    roc, table = drawn_bands(LABELS, SCORES)["roc"], explorer_table(LABELS, SCORES, 0.5)
    specificity, recall = table["rates"]["specificity"], table["rates"]["recall"]
    ends = zip(roc["x"], roc["low"], roc["high"], strict=True)
    within = {at: (low, high) for at, low, high in ends}
    at = 200
    on_curve = np.interp(at, [1000 - (one or 0) for one in specificity][::-1], [one or 0 for one in recall][::-1])
    low, high = within[at]
    assert low is not None and high is not None and low <= on_curve <= high


def test_the_browser_is_handed_the_table_as_it_is() -> None:
    app = AppTest.from_function(
        _explorer_page, kwargs={"labels": LABELS.tolist(), "scores": SCORES.tolist()}, default_timeout=60
    )
    data = sent(app.run())
    assert data == {**explorer_table(LABELS, SCORES, 0.6), "name": "theirs", "start": {"threshold": 0.6134267}}


def _explorer_page(labels: list[int], scores: list[float]) -> None:
    from dashboard.thresholds.explorer import threshold_explorer
    from dashboard.thresholds.explorer.table import explorer_table

    threshold_explorer(
        explorer_table(labels, scores, 0.6),
        start={"threshold": 0.6134267},
        about={"name": "theirs"},
        on_settle=print,
        on_compare=print,
        key="explorer",
    )


def sent(app: AppTest) -> dict[str, Any]:
    """Return what the one component of a page was given."""
    assert not app.exception
    (component,) = app.get("bidi_component")
    # Infinity and NaN, which a browser does not parse, are refused here too.
    return json.loads(component.proto.json, parse_constant=pytest.fail)
