"""The page of the model card shows the figures of the card and of the tables."""

import re
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.model_card.failures import false_negatives, false_positives
from dashboard.model_card.sections.failures import SHOWN, alarms_in_common, misses_in_common
from dashboard.model_card.sections.performance import calibration_verdict
from dashboard.model_card.shared_patients import shared_patients
from dashboard.model_card.subgroups import by_patient
from dashboard.shared.formatting import format_count, format_probability
from dashboard.shared.resources import load_card, load_scores, load_table
from model.network.card.sections import CalibrationMetrics
from tests.dashboard.pages import APP, html, page_text


@pytest.fixture(scope="module")
def app() -> Iterator[AppTest]:
    """Yield the page, run."""
    app = AppTest.from_file(str(APP), default_timeout=60).run().switch_page("model_card/page.py").run()
    assert not app.exception
    yield app


def _table(app: AppTest, column: str):  # type: ignore[no-untyped-def]
    return next(table.value for table in app.table if column in table.value.columns)


def test_every_section_is_in_the_contents(app: AppTest) -> None:
    anchors = [heading.proto.anchor for heading in app.header]
    assert re.findall(r'href="#([a-z]+)"', html(app)) == anchors
    assert len(set(anchors)) == len(anchors) > 10


def test_the_type_i_error_is_the_share_of_missed_pneumonias(app: AppTest) -> None:
    test = load_card().metrics["test"]
    positives = test.fn + test.tp
    assert f"**{test.fn} of {positives}: {100 * test.fn / positives:.1f} %**" in page_text(app)
    assert test.type_i_error.value == pytest.approx(1 - test.recall.value)


def test_every_policy_is_shown_with_what_it_leaves_to_a_human(app: AppTest) -> None:
    policies = load_card().operating_points
    band = policies["band"].metrics["test"]
    shown = re.findall(r"<td>(\d+\.\d %)</td><td>(\d+)</td>", html(app))
    assert len(shown) == len(policies) == 4
    assert [referred for referred, _ in shown] == ["0.0 %"] * 3 + [f"{100 * band.referred.value:.1f} %"]
    assert shown[-1][1] == str(band.fn)


def test_calibration_is_shown_for_both_splits(app: AppTest) -> None:
    measured = load_card().metrics
    table = _table(app, "Figure")
    for split, title in (("validation", "Validation"), ("test", "Test")):
        assert table[title].tolist()[0] == f"{measured[split].calibration.brier:.3f}"
    assert f"On test it {calibration_verdict(measured['test'].calibration)}" in page_text(app)


@pytest.mark.parametrize(
    ("slope", "intercept", "verdict"),
    [
        (0.5, -2.0, "too extreme, and with an intercept of -2.00 they are too high on the whole."),
        (1.5, 0.3, "not extreme enough, and with an intercept of +0.30 they are too low on the whole."),
        (0.95, 0.05, "holds, closely: slope 0.95, intercept +0.05."),
    ],
)
def test_calibration_in_words(slope: float, intercept: float, verdict: str) -> None:
    assert calibration_verdict(CalibrationMetrics(0.0, 0.0, intercept, slope)).endswith(verdict)


def test_patients_are_a_part_of_their_own(app: AppTest) -> None:
    patients, threshold = by_patient(load_scores("test")), load_card().default_threshold
    (table,) = (t.value for t in app.table if "AUC by patient" in t.value.iloc[:, 0].tolist())
    row = table[table.iloc[:, 0] == "Recall by patient"]
    assert row["Test"].item().startswith(f"{patients.recall(threshold).value:.3f} (")
    assert f"{patients.several} of {len(patients.labels)} test patients have several" in html(app)


def test_the_worst_failures_are_listed_and_the_others_counted(app: AppTest) -> None:
    scores, threshold = load_scores("test"), load_card().default_threshold
    test = load_card().metrics["test"]
    listed = [table.value for table in app.table if "Image" in table.value.columns]
    for table, failures, count in zip(
        listed,
        (false_negatives(scores, threshold), false_positives(scores, threshold)),
        (test.fn, test.fp),
        strict=True,
    ):
        assert len(failures) == count
        assert len(table) == min(SHOWN, count)
        assert failures[0].name == table["Image"].iloc[0]
        assert table["Probability"].iloc[0] == format_probability(failures[0].probability, 2)
        if count > SHOWN:
            assert any(box.label.startswith(f"{count - SHOWN} more") for box in app.expander)
    assert f"**{format_count(test.fn, 'missed pneumonia')}**" in page_text(app)


def test_without_failures_nothing_is_in_common() -> None:
    scores, card = load_scores("test"), load_card()
    assert misses_in_common([], scores, card) == "No pneumonia was missed."
    assert alarms_in_common([], scores, card) == "No normal raised an alarm."


def test_shortcuts_are_this_versions(app: AppTest) -> None:
    moves = load_card().shortcuts.mean_move
    assert f"**{100 * moves[load_card().version]:.2f} percentage points**" in page_text(app)
    first = next(iter(moves))
    assert (f"(version {first}: {100 * moves[first]:.2f})" in page_text(app)) == (len(moves) > 1)


def test_what_the_guard_warns_of_is_the_cards(app: AppTest) -> None:
    guard = load_card().guard
    plain = guard.radiographs
    assert f"**{plain.number} of {plain.of} test radiographs: {100 * plain.value:.1f} %**" in page_text(app)
    worst = max(guard.harmless.items(), key=lambda change: change[1].value)
    assert f"the most, {100 * worst[1].value:.0f} %, under “{worst[0]}”" in page_text(app)
    table = next(table.value for table in app.table if "Warned of" in table.value)
    assert len(table) == len(guard.out_of_distribution)
    upside_down = guard.out_of_distribution["upside down"]
    assert table["Warned of"].tolist()[0].startswith(f"{upside_down.value:.3f} ({upside_down.low:.3f} to ")


def test_every_look_is_listed(app: AppTest) -> None:
    looks = load_table("test_looks.csv")
    (shown,) = (table.value for table in app.dataframe if "look" in table.value.columns)
    assert len(shown) == len(looks)
    assert format_count(len({look["look"] for look in looks}), "time") in page_text(app)


def test_the_choice_of_the_recipe_is_shown(app: AppTest) -> None:
    (shown,) = (table.value for table in app.dataframe if "Means" in table.value.columns)
    folds = load_table("cross_validation.csv")
    assert len(shown) == len({(row["recipe"], row["epochs"]) for row in folds})


def test_splits_are_checked_for_shared_patients(app: AppTest) -> None:
    assert "Patients in two splits: none." in html(app)
    rows = [{"patient": "a", "split": "fit"}, {"patient": "b", "split": "test"}]
    assert shared_patients(rows) == 0
    assert shared_patients([*rows, {"patient": "a", "split": "test"}]) == 1
