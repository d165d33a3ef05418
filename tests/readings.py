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
    """Return a result, but for what is changed."""
    return replace(RESULT, **changed)


def kept_findings(url: str) -> list[tuple[str | None, int, int | None]]:
    """Return each row's finding by the reader, ``reader_first`` and corrected row, the newest row first."""
    rows = open_history(url).readings(Search(current=False))
    return [(row.reader_finding, row.reader_first, row.corrects) for row in rows]
