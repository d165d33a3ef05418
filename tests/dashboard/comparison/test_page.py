"""The page that compares, run headlessly on made-up tables."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.comparison.page import body_reader
from dashboard.comparison.recipe_table import AUGMENTATIONS
from dashboard.shared import resources
from model.network.card import load_card
from training import augment
from training.cross_validate import FIGURES
from training.recipes import CANDIDATES, CNN, FULLY_CONNECTED, WHOLE_RADIOGRAPH

VIEW = Path(__file__).resolve().parents[3] / "dashboard" / "comparison" / "page.py"


def _step(recipe, auc: float) -> dict[str, str]:  # type: ignore[no-untyped-def]
    figures = {
        f"{split}_{figure}{end}": str(auc + shift)
        for split in ("train", "validation", "test")
        for figure in ("auc", "accuracy", "recall")
        for end, shift in (("", 0.0), ("_low", -0.02), ("_high", 0.01))
    }
    named = {"name": recipe.name, "about": recipe.about, "augmentation": recipe.augmentation, "sha256": "f00"}
    numbers = {"input_size": "64", "parameters": "1065000", "seconds_per_epoch": "2.5"}
    return {**named, **numbers, **figures, "shipped_auc_gain": "0.031", "delong_p": "0.002", "mcnemar_p": "0.04"}


STEPS = [_step(recipe, auc) for recipe, auc in ((FULLY_CONNECTED, 0.85), (CNN, 0.91), (WHOLE_RADIOGRAPH, 0.98))]
CURVES = [
    {"name": step["name"], "epoch": str(epoch), **{key: str(epoch / 10) for key in ("auc", "val_auc", "accuracy")}}
    | {"val_accuracy": "0.5", "loss": "1", "val_loss": str(epoch)}
    for step in STEPS
    for epoch in (1, 2, 3)
]
FOLDS = [
    {"recipe": recipe.name, "about": recipe.about, "epochs": "8", "fold": str(fold)}
    | {figure: str(0.9 + 0.01 * gain * (1 + fold)) for figure in FIGURES}
    for gain, recipe in enumerate(CANDIDATES[:2])
    for fold in range(3)
]
TABLES = {"ladder.csv": STEPS, "learning_curves.csv": CURVES, "cross_validation.csv": FOLDS}


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Return the page, run."""
    labels = np.repeat([0, 1], 20)
    scores = {step["name"]: np.linspace(0, 1, 40) for step in STEPS}
    monkeypatch.setattr(resources, "load_table", TABLES.__getitem__)
    monkeypatch.setattr(resources, "load_ladder", lambda: STEPS)
    monkeypatch.setattr(resources, "load_ladder_scores", lambda split: (labels, scores))
    app = AppTest.from_file(str(VIEW)).run()
    assert not app.exception
    return app


def _traces(app: AppTest, chart: int) -> list[dict]:
    import json

    return json.loads(app.get("plotly_chart")[chart].proto.spec)["data"]


def test_the_first_and_the_last_step_are_introduced(app: AppTest) -> None:
    assert "3 networks" in app.markdown[0].value
    assert "**fully connected** (AUC 0.850 on the test set)" in app.markdown[0].value
    assert "(0.980)" in app.markdown[0].value


def test_a_better_score_that_reads_the_body_is_explained() -> None:
    asked = {f"lung_lungs_moved{end}": "0.1" for end in ("", "_low", "_high")}
    body, lungs = {"test_auc": "0.99"} | asked, {"test_auc": "0.98"}
    assert "Step 1 scores higher (0.990) and does not ship: it reads the body" in body_reader([body, lungs])
    assert body_reader([lungs, body]) == "", "expected nothing where the best one ships"
    assert body_reader([{"test_auc": "0.99"}, lungs]) == "", "expected nothing of a step that nobody asked"


def test_every_step_is_in_the_table_with_its_interval(app: AppTest) -> None:
    table = app.dataframe[0].value
    assert table["Step"].tolist()[1] == "2  Small CNN"
    assert table["AUC, test"].tolist()[1] == "0.910 (0.890 to 0.920)"
    assert table["Shipped adds to AUC"].tolist() == ["+0.031 (p 0.002)", "+0.031 (p 0.002)", ""]


def test_the_chart_shows_the_figure_that_was_asked_for(app: AppTest) -> None:
    assert [trace["name"] for trace in _traces(app, 0)] == ["validation", "test"]
    app.segmented_control(key="ladder_figure").select("recall").run()
    assert not app.exception


def test_the_learning_curve_is_that_of_the_chosen_step(app: AppTest) -> None:
    app.selectbox(key="curve_step").select("cnn").run()
    train, validation = _traces(app, 1)
    assert (train["name"], validation["name"]) == ("train", "validation")
    assert "AUC 0.910 on train" in " ".join(html.proto.body for html in app.get("html"))


def test_roc_curves_are_overlaid_and_can_be_chosen(app: AppTest) -> None:
    assert [trace["name"] for trace in _traces(app, 2)] == [
        "1  Fully connected",
        "2  Small CNN",
        f"3  {WHOLE_RADIOGRAPH.about}",
    ]
    app.multiselect(key="roc_steps").unselect("cnn").run()
    assert len(_traces(app, 2)) == 2
    app.multiselect(key="roc_steps").set_value([]).run()
    assert not app.exception


def test_the_recipes_are_shown_with_their_gain(app: AppTest) -> None:
    table = app.dataframe[1].value
    assert table["Means"].tolist() == [recipe.about for recipe in CANDIDATES[:2]]
    assert table["its change"].tolist() == ["", "+0.0200 ± 0.0058"]
    assert table["AUC, worst quarter"].tolist() == [0.9, 0.92]


def test_every_augmentation_of_the_training_has_its_words() -> None:
    assert set(augment.AUGMENTATIONS) <= set(AUGMENTATIONS)
    assert load_card().training.recipe["augmentation"] in AUGMENTATIONS
