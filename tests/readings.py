"""Made-up readings for the tests of the history."""

from dataclasses import replace
from typing import Any

from dashboard.history.store import ModelResult, Search, open_history
from model.network.finding import Finding

RESULT = ModelResult(
    digest="a" * 64,
    frame=1,
    model_version="1.0.0",
    network="b" * 64,
    threshold=0.9,
    policy="default",
    probability=0.95,
    p_value=0.4,
    finding=Finding.PNEUMONIA,
    warnings="",
)


def result(**changed: Any) -> ModelResult:
    """A result, but for what is changed."""
    return replace(RESULT, **changed)


def kept_words(url: str) -> list[tuple[str | None, int, int | None]]:
    """Return word, ``reader_first`` and the corrected row of every row in a history, the newest first."""
    return [(row.word, row.reader_first, row.corrects) for row in open_history(url).readings(Search(current=False))]
