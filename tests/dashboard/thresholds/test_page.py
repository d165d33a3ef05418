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
    own = {"threshold": 0.25, "low": 0.2, "high": 0.3, "target": 0.9, "prevalence": 0.1}
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
    assert (start["prevalence"], start["weight"]) == (load_card().calibration.prevalence, 20)
    # AppTest gives a parameter as a list.
    address = {name: "".join(value) for name, value in app.query_params.items()}
    assert (address["target"], address["weight"]) == ("0.98", "20")
    assert "prevalence" not in address, "nobody has set it"


def test_an_address_holds_the_threshold_of_its_own_images_alone(app: AppTest) -> None:
    app.query_params["threshold"], app.query_params["weight"] = "0.125", "7"
    assert _sent(app.run())["start"]["threshold"] == 0.125
    app.query_params["own"] = "of another file"
    _bring(app, "own.csv", b"label,score\n1,0.5\n1,0.7\n0,0.2\n").button(key="own_confirmed").click().run()
    data = _sent(app)
    assert data["start"]["threshold"] == data["default"]
    assert data["start"]["weight"] == 7, "the hospital is the same"


def test_every_file_begins_at_its_own_default_and_test_comes_back_as_it_was(app: AppTest) -> None:
    app.session_state["threshold"] = 0.25
    first = _sent(app.run())["start"]
    for scores in ("1,0.5\n1,0.7\n0,0.2", "1,0.9\n1,0.8\n0,0.1"):
        _bring(app, "own.csv", f"label,score\n{scores}\n".encode()).button(key="own_confirmed").click().run()
        data = _sent(app)
        assert data["start"]["threshold"] == data["default"]
        assert "".join(app.query_params["own"]) == data["name"].removeprefix("own/")
        # As if the reader had moved it.
        app.session_state["choices"] = {data["name"]: OperatingChoice(0.111, 0.1, 0.2, 0.9, 0.5)}
        app.run()
        assert _sent(app)["start"]["threshold"] == 0.111
    app.segmented_control(key="images").set_value("test").run()
    assert _sent(app)["start"] == first


def test_one_prevalence_holds_on_every_page(app: AppTest) -> None:
    calibrated_at = load_card().calibration.prevalence
    assert _sent(app.run())["start"]["prevalence"] == calibrated_at
    app.session_state["prevalence_percent"] = 7.5
    assert _sent(app.run())["start"]["prevalence"] == 0.075
    app.query_params["images"] = "validation"
    assert _sent(app.run())["start"]["prevalence"] == 0.075


def test_a_prevalence_in_the_address_is_every_pages(app: AppTest) -> None:
    app.query_params["prevalence"] = "0.04"
    assert _sent(app.run())["start"]["prevalence"] == 0.04
    assert app.session_state["prevalence_percent"] == 4


def test_the_reading_that_one_came_from_stays_in_the_address(app: AppTest) -> None:
    assert _sent(app.run())["reading"] is None
    app.query_params["reading"] = "0.9641000"
    assert _sent(app.run())["reading"] == 0.9641
    assert list(app.query_params) == ["reading"], "an address that is written is a step for the browser's back"
    app.query_params["reading"] = "much"
    assert _sent(app.run())["reading"] is None


def test_policies_that_coincide_are_one(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    point = OperatingPoint("fewest", "validation", 23, 17, 0.25, 0.25)
    points = CARD.operating_points | {"most_accurate": point, "youden": replace(point, rule="largest sum")}
    monkeypatch.setattr(evaluation_set, "load_card", lambda: replace(CARD, operating_points=points))
    policies = _sent(app.run())["policies"]
    assert [(policy["name"], policy["rule"]) for policy in policies if policy["low"] == 0.25] == [
        ("most_accurate", "fewest; largest sum")
    ]


def test_networks_to_compare_with_have_names_that_tell_them_apart() -> None:
    titles = selection.step_titles(
        [
            {"name": "a", "about": "Fully connected"},
            {"name": "b", "about": "+ dropout"},
            {"name": "c", "about": "Big net, frozen"},
            {"name": "d", "about": "+ dropout"},
            {"name": "shipped", "about": "Shipped"},
        ]
    )
    assert list(titles.values()) == [
        "Step 1: Fully connected",
        "Step 2: Fully connected + dropout",
        "Step 3: Big net, frozen",
        "Step 4: Big net + dropout",
        "shipped network",
    ]


def test_a_network_is_not_compared_with_itself(app: AppTest) -> None:
    assert [name for name, _ in _sent(app.run())["others"]] == ["cnn"]
    chosen = selection.Selection(network="cnn")
    assert chosen.compared_with("cnn").beside == ""
    assert chosen.compared_with("shipped").beside == "shipped"
    assert selection.Selection(images="own").others() == {}


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
    for word in ("TP", "FP", "FN", "TN", "*the child has pneumonia*"):
        assert word in explained


def test_other_images_bring_their_own_figures_and_say_so(app: AppTest) -> None:
    app.query_params["images"] = "validation"
    data = _sent(app.run())
    assert data["tp"][0] + data["fn"][0] == 23
    assert "look better here than they are" in data["provenance"]
    assert "40 validation images held out of training" in app.markdown[0].value


def test_an_address_cannot_name_what_is_not_there(app: AppTest) -> None:
    app.query_params["images"], app.query_params["network"] = "everything", "oracle"
    assert _sent(app.run())["name"] == "test/shipped"


def test_what_can_be_passed_on_is_offered(app: AppTest) -> None:
    labels = [button.proto.label for button in app.run().get("download_button")]
    assert labels == ["Page for a committee (PDF)", "All operating points (CSV)"]


def _bring(app: AppTest, name: str, data: bytes) -> AppTest:
    """Return the page with an own file chosen."""
    app.run().segmented_control(key="images").set_value("own").run()
    app.file_uploader(key="own_file").set_value((name, data, "application/octet-stream")).run()
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
    assert _sent(app)["prevalence"] == load_card().calibration.prevalence
    _bring(app, "own.csv", b"label,score\n1,0.5\n0,0.5\n0,0.4\n").button(key="own_confirmed").click().run()
    assert _sent(app)["prevalence"] == 1 / 3, "own scores are taken for calibrated on their own images"


@pytest.mark.slow
def test_names_in_an_own_archive_are_no_markdown(app: AppTest) -> None:
    _bring(app, "own.zip", _archive(["NORMAL/a.png", "PNEUMONIA/b.png", "[x](other.example).png"]))
    assert app.warning[0].value == "1 file could not be used. " + escape_markdown(
        "own.zip/[x](other.example).png: expected to lie in a folder NORMAL or PNEUMONIA."
    )
