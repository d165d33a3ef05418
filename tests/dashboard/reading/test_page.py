import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from model.io.radiograph import Radiograph
from model.network.card import ArtifactMismatch

APP = Path(__file__).resolve().parents[3] / "dashboard" / "app.py"


@pytest.fixture
def app() -> Iterator[AppTest]:
    """The dashboard with the shipped artefact, at its first page."""
    before = list(sys.path)
    yield AppTest.from_file(str(APP), default_timeout=60).run()
    sys.path[:] = before


def html(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def test_it_opens_without_a_reading(app: AppTest) -> None:
    assert not app.exception
    assert app.title[0].value == "Read a chest X\N{NON-BREAKING HYPHEN}ray"
    assert 'data-testid="probability"' not in html(app)
    assert "children of one to five years" in html(app)
    assert len(app.button) == 8


def test_a_sample_is_read(app: AppTest) -> None:
    app.button[0].click().run()
    assert not app.exception
    assert html(app).count('data-testid="probability"') == 1
    assert "it shows how a reading looks, not how good the model is" in html(app)


def test_an_artefact_that_does_not_belong_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit as st

    from model.network import engine

    def refuse(*_: object) -> None:
        raise ArtifactMismatch("pneumonia.tflite: expected SHA-256 a, received b.")

    st.cache_resource.clear()
    monkeypatch.setattr(engine, "verified_bytes", refuse)
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    st.cache_resource.clear()
    assert [error.value for error in app.error] == ["pneumonia.tflite: expected SHA-256 a, received b."]
    assert not app.title


@pytest.mark.parametrize(
    ("probability", "shown"),
    [
        (0.0, "below 0.1 %"),
        (0.0009, "below 0.1 %"),
        (0.123, "12.3 %"),
        (0.9817, "98.2 %"),
        (0.99995, "above 99.9 %"),
    ],
)
def test_no_probability_is_rounded_to_certainty(probability: float, shown: str) -> None:
    from dashboard.shared.formatting import format_probability

    assert format_probability(probability) == shown


def test_the_picture_is_described() -> None:
    from dashboard.shared.formatting import hottest_region

    heat = np.zeros((7, 7), np.float32)
    assert hottest_region(heat) == "no evidence of pneumonia"
    heat[6, 0] = 1
    assert hottest_region(heat) == "strongest evidence in the lower left part of the picture"


@pytest.mark.parametrize(
    ("probability", "title"),
    [(0.95, "Pneumonia suspected"), (0.7, "Doubtful: look again"), (0.2, "Read as normal")],
)
def test_a_likely_pneumonia_is_never_called_normal(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, probability: float, title: str
) -> None:
    import streamlit as st

    from model.network.classifier import Classifier, Reading

    def read(self: Classifier, scan: Radiograph) -> Reading:
        return Reading(probability, 0.5, np.zeros((7, 7), np.float32), (), "1", scan.digest)

    st.cache_data.clear()
    monkeypatch.setattr(Classifier, "read", read)
    app.session_state["threshold"] = 0.9
    app.button[0].click().run()
    st.cache_data.clear()
    assert f'data-testid="finding">{title}</h2>' in html(app)
    assert "of <b>90.0 %</b>, set on the page Thresholds" in html(app)


def test_a_probability_just_below_the_threshold_is_not_written_like_it(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    import streamlit as st

    from model.network.classifier import Classifier, Reading

    def read(self: Classifier, scan: Radiograph) -> Reading:
        return Reading(0.9677, 0.5, np.zeros((7, 7), np.float32), (), "1", scan.digest)

    st.cache_data.clear()
    monkeypatch.setattr(Classifier, "read", read)
    app.session_state["threshold"] = 0.9684
    app.button[0].click().run()
    st.cache_data.clear()
    assert 'data-testid="probability">96.77 %<' in html(app)
    assert "below the threshold of <b>96.84 %</b>" in html(app)


def test_a_radiograph_not_to_be_trusted_is_not_decided(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit as st

    from model.network.classifier import Classifier, Reading

    def read(self: Classifier, scan: Radiograph) -> Reading:
        return Reading(0.999, 0.5, np.zeros((7, 7), np.float32), ("resolution",), "1", scan.digest)

    st.cache_data.clear()
    monkeypatch.setattr(Classifier, "read", read)
    app.button[0].click().run()
    st.cache_data.clear()
    assert 'class="lf-verdict lf-review"' in html(app)
    assert 'data-testid="finding">Too small to read</h2>' in html(app), "the reason, in place of the decision"
    assert "The model decides nothing here, <b>a human does</b>." in html(app)
    assert "smaller than the 224 pixels a side" in html(app)
    assert 'data-testid="p-value"' not in html(app), "H0 is not tested on a number that is not to be trusted"


def test_scores_that_do_not_belong_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit as st

    from dashboard.shared import resources

    def refuse(*_: object) -> None:
        raise ArtifactMismatch("test_scores.csv: expected SHA-256 a, received b.")

    st.cache_resource.clear()
    monkeypatch.setattr(resources, "load_split_scores", refuse)
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    st.cache_resource.clear()
    assert [error.value for error in app.error] == ["test_scores.csv: expected SHA-256 a, received b."]
