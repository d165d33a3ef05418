"""The dashboard as ``AppTest`` runs it, without a browser."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from model.io.radiograph import Radiograph
from model.network.classifier import Classifier, Reading

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"


def html(app: AppTest) -> str:
    """Return all HTML of the page."""
    return "".join(element.proto.body for element in app.get("html"))


def page_text(app: AppTest) -> str:
    """Return the HTML, Markdown and captions of the page."""
    return "\n".join([html(app), *(part.value for part in app.markdown), *(part.value for part in app.caption)])


def is_result_shown(app: AppTest) -> bool:
    """Return whether any of the model's result is on the page."""
    return any(f'data-testid="{part}"' in html(app) for part in ("probability", "finding", "ruling-out"))


def press(app: AppTest, label: str) -> AppTest:
    """Press the one button of this label."""
    (button,) = [button for button in app.button if button.label == label]
    return button.click().run()


def choose_row(app: AppTest, at: int) -> AppTest:
    """Choose a row of the page's table."""
    app.session_state[str(app.dataframe[0].key)] = {"selection": {"rows": [at], "columns": [], "cells": []}}
    return app.run()


def open_sample(app: AppTest, name: str) -> AppTest:
    """Open a sample of the page Read by its name."""
    return press(app, name)


def read_as(monkeypatch: pytest.MonkeyPatch, probability: float, *warnings: str) -> None:
    """Have every radiograph read with this probability and these warnings."""

    def read(self: Classifier, scan: Radiograph) -> Reading:
        return Reading(
            probability, 0.5, np.zeros((7, 7), np.float32), np.zeros((8, 8), np.float32), warnings, "1", scan.digest
        )

    monkeypatch.setattr(Classifier, "read", read)
