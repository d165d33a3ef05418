"""The page of thresholds, run headlessly on a made-up card and made-up scores."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.shared import policy, resources
from dashboard.shared.formatting import escape_markdown
from dashboard.thresholds import evaluation_set, selection
from dashboard.thresholds.choice import OperatingChoice
from model.network.card import load_card
from model.network.card.sections import OperatingPoint
from model.network.split_scores import Scores
from tests.pictures import chest, png

VIEW = Path(__file__).resolve().parents[3] / "dashboard" / "thresholds" / "page.py"
CARD = replace(
    load_card(),
    version="9.9.9",
    operating_points={
        "default": OperatingPoint("made up", "validation", 23, 17, 0.6134267, 0.6134267, target_recall=0.9),
        "band": OperatingPoint("made up", "validation", 23, 17, 0.1234567, 0.8765432),
    },
)


def _scores(normals: int, pneumonias: int) -> Scores:
    number = normals + pneumonias
    generator = np.random.default_rng(number)
    return Scores(
        images=[f"{row}.jpeg" for row in range(number)],
        labels=np.repeat([0, 1], [normals, pneumonias]),
        subtypes=["normal"] * normals + ["virus"] * pneumonias,
        patients=[str(row) for row in range(number)],
        probabilities=generator.random(number).round(7),
    )


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Return the page, not yet run."""
    splits = {"test": _scores(30, 50), "validation": _scores(17, 23)}
    monkeypatch.setattr(selection, "networks", lambda: {"shipped": "Shipped", "cnn": "Small CNN"})
    monkeypatch.setattr(selection, "load_card", lambda: CARD)
    for module in (resources, evaluation_set):
        monkeypatch.setattr(module, "load_card", lambda: CARD)
        monkeypatch.setattr(module, "load_scores", splits.__getitem__)
    monkeypatch.setattr(policy, "load_card", lambda: CARD)
    return AppTest.from_file(str(VIEW), default_timeout=60)


def _sent(app: AppTest) -> dict[str, Any]:
    assert not app.exception
    (component,) = app.get("bidi_component")
    return json.loads(component.proto.json)


def test_the_slider_starts_at_the_cards_default_to_the_last_digit(app: AppTest) -> None:
    data = _sent(app.run())
    assert data["default"] == data["start"]["threshold"] == 0.6134267
    assert data["start"]["target"] == 0.9
    assert "threshold" not in app.session_state


def test_the_slider_starts_where_the_reader_left_it(app: AppTest) -> None:
    app.session_state["threshold"] = 0.25
    data = _sent(app.run())
    assert (data["start"]["threshold"], data["default"]) == (0.25, 0.6134267)


def test_two_thresholds_chosen_elsewhere_bring_their_handles_along(app: AppTest) -> None:
    own = {"threshold": 0.25, "low": 0.2, "high": 0.3, "target": 0.9}
    app.session_state["choices"] = {"test/shipped": OperatingChoice(**own)}
    app.session_state["policy"], app.session_state["threshold"] = "band", 0.8765432
    start = _sent(app.run())["start"]
    assert (start["threshold"], start["low"], start["high"]) == (0.8765432, 0.1234567, 0.8765432)
    # From there the reader moves a handle, which stays where it was put.
    app.session_state["choices"] = {"test/shipped": OperatingChoice(**(own | {"threshold": 0.8765432}))}
    start = _sent(app.run())["start"]
    assert (start["threshold"], start["low"], start["high"]) == (0.8765432, 0.2, 0.3)


def test_an_address_brings_a_choice_and_what_it_cannot_mean_is_left(app: AppTest) -> None:
    for name, value in {"threshold": "0.125", "target": "0.98", "prevalence": "7", "weight": "much"}.items():
        app.query_params[name] = value
    start = _sent(app.run())["start"]
    assert (start["threshold"], start["target"]) == (0.125, 0.98)
    assert (start["prevalence"], start["weight"]) == (0.1, 20)
    assert (app.query_params["target"], app.query_params["weight"]) == ("0.98", "20")


def test_figures_are_those_of_the_test_images(app: AppTest) -> None:
    data = _sent(app.run())
    assert data["tp"][0] + data["fn"][0] == 50
    assert data["fp"][0] + data["tn"][0] == 30
    assert "80 test images" in app.markdown[0].value


def test_the_page_says_where_the_default_comes_from(app: AppTest) -> None:
    said = _sent(app.run())["provenance"]
    assert "40 validation images" in said
    assert "23 of them with pneumonia" in said
    assert "probability of at least 90 %" in said
    assert "yet to be validated" in said


def test_the_words_are_explained(app: AppTest) -> None:
    words = app.run().expander[-1]
    assert words.label == "What do these words mean?"
    explained = words.markdown[0].value
    for word in ("TP", "FP", "FN", "TN", "H0: *the person has pneumonia*"):
        assert word in explained


def test_other_images_bring_their_own_figures_and_say_so(app: AppTest) -> None:
    app.query_params["images"] = "validation"
    data = _sent(app.run())
    assert data["tp"][0] + data["fn"][0] == 23
    assert "they flatter" in data["provenance"]
    assert "40 validation images held out of training" in app.markdown[0].value


def test_an_address_cannot_name_what_is_not_there(app: AppTest) -> None:
    app.query_params["images"], app.query_params["network"] = "everything", "oracle"
    assert _sent(app.run())["name"] == "test/shipped"


def test_what_can_be_passed_on_is_offered(app: AppTest) -> None:
    labels = [button.proto.label for button in app.run().get("download_button")]
    assert labels == ["One page for a committee", "Every operating point as CSV"]


def _bring(app: AppTest, name: str, data: bytes) -> AppTest:
    """Return the page with an own file chosen."""
    app.query_params["images"] = "own"
    app.run().file_uploader(key="own_file").set_value((name, data, "application/octet-stream")).run()
    assert not app.exception
    return app


PICTURE = "![x](https://other.example/p.png)"


def test_words_of_an_own_file_are_no_markdown(app: AppTest) -> None:
    said = _bring(app, "own.csv", f"{PICTURE},score\n1,0.5\n".encode()).error[0].value
    assert escape_markdown(f"received {PICTURE}, score") in said
    assert PICTURE not in said


def test_what_is_read_from_an_own_file_is_shown_before_it_counts(app: AppTest) -> None:
    _bring(app, "own.csv", b"x;label;score\na;1;0,75\n\nb;0;0,25\n")
    shown = [text.value for text in app.markdown if text.value.startswith("Read 2 rows")]
    assert shown == [
        "Read 2 rows: 1 with pneumonia and 1 normal by the column label, scores of 0.25 to 0.75 from the column "
        "score. Columns separated by semicolons, numbers with a decimal comma. The first rows, as they were read:"
    ]
    assert app.table[0].value.to_numpy().tolist() == [[2, 1, "0.75"], [4, 0, "0.25"]]
    assert not app.get("bidi_component")
    app.button(key="own_confirmed").click().run()
    assert _sent(app)["name"].startswith("own/")


def _archive(names: list[str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, png(chest()))
    return out.getvalue()


@pytest.mark.slow
def test_scores_of_an_own_archive_are_probabilities_where_validation_was_calibrated(app: AppTest) -> None:
    _bring(app, "own.zip", _archive(["NORMAL/a.png", "PNEUMONIA/b.png"]))
    assert _sent(app)["prevalence"] == 23 / 40
    _bring(app, "own.csv", b"label,score\n1,0.5\n0,0.5\n").button(key="own_confirmed").click().run()
    assert _sent(app)["prevalence"] == 0.5, "own scores are taken for calibrated on their own images"


@pytest.mark.slow
def test_names_in_an_own_archive_are_no_markdown(app: AppTest) -> None:
    _bring(app, "own.zip", _archive(["NORMAL/a.png", "PNEUMONIA/b.png", "[x](other.example).png"]))
    assert app.warning[0].value == "1 file could not be used. " + escape_markdown(
        "own.zip/[x](other.example).png: expected to lie in a folder NORMAL or PNEUMONIA."
    )
