"""One reading beside its radiograph: what is drawn of one that should not be trusted."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.pages import html, open_sample, read_as


def test_a_radiograph_not_to_be_trusted_is_not_decided(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    read_as(monkeypatch, 0.999, "resolution")
    open_sample(app, "Normal 1")
    assert 'class="lf-verdict lf-review"' in html(app)
    assert 'data-testid="finding">Too small to read</h2>' in html(app), "the reason, in place of the decision"
    assert "The model decides nothing here, <b>a human does</b>." in html(app)
    assert "smaller than the 224 pixels a side" in html(app)
    assert 'data-testid="ruling-out"' not in html(app), "nothing follows from a number that is not to be trusted"
