"""The entry: what does not belong to the shipped network is named, and no page is drawn."""

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.shared import resources
from model.network import engine
from model.network.card import ArtifactMismatch
from tests.dashboard.pages import APP


@pytest.fixture
def nothing_loaded() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def refuse_with(message: str) -> object:
    def refuse(*_: object) -> None:
        raise ArtifactMismatch(message)

    return refuse


@pytest.mark.usefixtures("nothing_loaded")
def test_an_artefact_that_does_not_belong_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    message = "pneumonia.tflite: expected SHA-256 a, received b."
    monkeypatch.setattr(engine, "verified_bytes", refuse_with(message))
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    assert [error.value.replace("\\", "") for error in app.error] == [message]
    assert not app.title


@pytest.mark.usefixtures("nothing_loaded")
def test_scores_that_do_not_belong_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    message = "test_scores.csv: expected SHA-256 a, received b."
    monkeypatch.setattr(resources, "load_split_scores", refuse_with(message))
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    assert [error.value.replace("\\", "") for error in app.error] == [message]
