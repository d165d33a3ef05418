"""The model card's page, run headlessly on the shipped card: every figure is the card's."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.resources import load_card, load_table

VIEW = Path(__file__).resolve().parents[2] / "dashboard" / "views" / "model_card.py"


@pytest.fixture(scope="module")
def app() -> AppTest:
    """The page, run."""
    app = AppTest.from_file(str(VIEW)).run(timeout=30)
    assert not app.exception
    return app


def _said(app: AppTest) -> str:
    return "\n".join(block.value for block in app.markdown)


def test_the_type_i_error_is_the_share_of_missed_pneumonias(app: AppTest) -> None:
    test = load_card().data["metrics"]["test"]
    ill = test["fn"] + test["tp"]
    assert f"**{test['fn']} of {ill}: {100 * test['fn'] / ill:.1f} %**" in _said(app)
    assert test["type_i_error"]["value"] == pytest.approx(1 - test["recall"]["value"])


def test_every_policy_is_shown_with_what_it_leaves_to_a_human(app: AppTest) -> None:
    policies = load_card().data["operating_points"]
    table = app.table[1].value
    assert len(table) == len(policies) == 4
    band = policies["band"]["metrics"]["test"]
    assert table["To a human"].tolist() == ["0.0 %"] * 3 + [f"{100 * band['referred']['value']:.1f} %"]
    assert table["Missed"].tolist()[-1] == str(band["fn"])


def test_calibration_is_shown_for_both_splits(app: AppTest) -> None:
    measured = load_card().data["metrics"]
    table = app.table[2].value
    for split, title in (("validation", "Validation"), ("test", "Test")):
        assert table[title].tolist()[0] == f"{measured[split]['calibration']['brier']:.3f}"
    assert "On test it does not" in _said(app)


def test_the_first_version_stands_beside_this_one(app: AppTest) -> None:
    moves = load_card().data["shortcuts"]["mean_move"]
    assert f"**{100 * moves[load_card().version]:.2f} percentage points**" in _said(app)
    assert f"version 1.0.0: {100 * moves['1.0.0']:.2f}" in _said(app)


def test_what_the_guard_warns_of_is_the_cards(app: AppTest) -> None:
    guard = load_card().data["guard"]
    plain = guard["radiographs"]
    assert f"**{plain['number']} of {plain['of']} test radiographs: {100 * plain['value']:.1f} %**" in _said(app)
    table = next(table.value for table in app.table if "Warned of" in table.value)
    assert len(table) == len(guard["oddities"])
    upside_down = guard["oddities"]["upside down"]
    assert table["Warned of"].tolist()[0].startswith(f"{upside_down['value']:.3f} ({upside_down['low']:.3f} to ")


def test_every_look_is_listed(app: AppTest) -> None:
    looks = load_table("test_looks.csv")
    assert len(app.dataframe[0].value) == len(looks)
    assert f"{len({look['look'] for look in looks})} time" in _said(app)
