"""The server's log."""

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest
import streamlit.logger
from streamlit import config

from dashboard.server import logs
from dashboard.server.logs import VARIABLE, configure_logs
from dashboard.shared.observability.event_log import log_event


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Yield what is written to stderr with ``LUNGFIELD_LOG=json``; every logger is as before afterwards."""
    before = {
        name: (logger.handlers, logger.propagate, logger.disabled)
        for name, logger in logging.root.manager.loggerDict.items()
        if isinstance(logger, logging.Logger)
    }
    root, rich = (logging.root.handlers[:], logging.root.level), config.get_option("logger.enableRich")
    logging.root.handlers = []
    output = io.StringIO()
    for module, name in ((sys, "excepthook"), (threading, "excepthook"), (streamlit.logger, "setup_formatter")):
        monkeypatch.setattr(module, name, getattr(module, name))
    monkeypatch.setattr(logs, "stderr_of_the_log", lambda: output)
    monkeypatch.setenv(VARIABLE, "json")
    configure_logs()
    yield output
    logging.captureWarnings(False)
    config.set_option("logger.enableRich", rich)
    logging.root.handlers, logging.root.level = root
    for name, (handlers, propagate, disabled) in before.items():
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate, logger.disabled = handlers, propagate, disabled


def parsed(output: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in output.getvalue().splitlines()]


def test_an_own_line_holds_its_fields(lines: io.StringIO) -> None:
    log_event("reading", seconds=0.05, warnings=["age"])
    (line,) = parsed(lines)
    assert line | {"time": ""} == {
        "time": "",
        "level": "info",
        "logger": "lungfield",
        "message": "reading",
        "seconds": 0.05,
        "warnings": ["age"],
    }
    assert line["time"].endswith("+00:00")


def test_an_error_is_told_by_its_type_and_place(lines: io.StringIO) -> None:
    def fail() -> None:
        raise ValueError("Jane Doe.dcm holds no pixels")

    try:
        fail()
    except ValueError:
        streamlit.logger.get_logger("streamlit.error_util").exception("Failed for %s", "Jane Doe")
    (line,) = parsed(lines)
    assert "Jane" not in lines.getvalue()
    assert (line["level"], line["message"], line["error"]) == ("error", "Failed for %s", "ValueError")
    assert line["where"][-1].endswith(" fail")


def test_a_thread_that_ends_by_an_error_is_logged(lines: io.StringIO) -> None:
    thread = threading.Thread(target=int, args=("Jane Doe",))
    thread.start()
    thread.join()
    (line,) = parsed(lines)
    assert line["error"] == "ValueError" and "Jane" not in lines.getvalue()


def test_of_other_packages_only_the_place_is_kept(lines: io.StringIO) -> None:
    logging.getLogger("PIL.TiffImagePlugin").warning("Jane^Doe.tif is truncated")
    streamlit.logger.get_logger("a logger made later").warning("Jane")
    warnings.warn("Jane^Doe is no number", stacklevel=1)
    assert [line["message"].partition(",")[0] for line in parsed(lines)] == ["test_logs", "test_logs", "warnings"]
    assert "Jane" not in lines.getvalue()


def test_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "xml")
    with pytest.raises(SystemExit, match="LUNGFIELD_LOG: expected plain or json; received xml"):
        configure_logs()
