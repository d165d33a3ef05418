"""A refused reading: no figure is on the page until it is asked for."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.pages import html, open_sample, press, read_as


def test_no_number_until_it_is_asked_for(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    read_as(monkeypatch, 0.4321, "inverted")
    open_sample(app, "Normal 1")
    assert 'data-testid="finding">Black and white are exchanged<' in html(app)
    assert "43.2" not in html(app)
    assert not app.get("download_button")
    press(app, "Show anyway")
    assert 'data-testid="probability">43.2 %<' in html(app)
    assert app.get("download_button")
    assert "had pneumonia" not in html(app), "a number that is not to be trusted is worth nothing"


def test_it_was_asked_for_this_one_alone(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    read_as(monkeypatch, 0.4321, "inverted")
    press(open_sample(app, "Normal 1"), "Show anyway")
    assert "43.2" not in html(open_sample(app, "Normal 2"))
    assert "43.2" in html(open_sample(app, "Normal 1"))
