"""The page Read: samples and dropped files, one reading each, and the way to the worklist."""

from streamlit.testing.v1 import AppTest

from tests.dashboard.pages import html


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
