"""The server's log as JSON lines on stderr: what happened and where, never a file's name or a patient's.

``LUNGFIELD_LOG=json`` asks for it. An error is told by its type and the lines that it came through, not in its own
words, which may quote what was read. Of Streamlit's messages the fixed part is kept, of other packages' nothing but
where they come from, and what libraries write to stderr by themselves is dropped. Requests are not logged: the
address of a download opens it without a login.
"""

import json
import logging
import os
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

import streamlit.logger
from streamlit import config

from dashboard.shared.observability.event_log import FIELDS, OWN

VARIABLE = "LUNGFIELD_LOG"
KINDS = ("plain", "json")
IN_FULL = ("lungfield", "uvicorn")
"""Loggers whose messages hold nothing of what was read; a test reads a telling file and looks for it."""
STDERR = 2
"""The file descriptor."""
FIXED_PART = ("streamlit",)
REQUESTS = "uvicorn.access"
NO_SESSION = "streamlit.runtime.scriptrunner_utils.script_run_context"
"""The logger that warns of what runs outside a session, as the start of the server does."""


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": safe_message(record),
        }
        line |= getattr(record, FIELDS, {})
        if record.exc_info and record.exc_info[1]:
            line |= error_fields(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def safe_message(record: logging.LogRecord) -> str:
    """Return as much of a message as can hold nothing of what was read."""
    package = record.name.partition(".")[0]
    if package in IN_FULL:
        return record.getMessage()
    return str(record.msg) if package in FIXED_PART else f"{record.module}, line {record.lineno}"


def error_fields(error: BaseException) -> dict[str, object]:
    """Return an error's type and the lines that it came through, the innermost last."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "where": where}


def configure_logs() -> None:
    """Have every logger write as ``LUNGFIELD_LOG`` asks for; ends the process where it asks for something else."""
    logging.getLogger(NO_SESSION).disabled = True
    kind = os.environ.get(VARIABLE) or KINDS[0]
    if kind not in KINDS:
        sys.exit(f"The dashboard was not started. {VARIABLE}: expected {' or '.join(KINDS)}; received {kind}.")
    if kind == "json":
        write_json_lines()


def write_json_lines() -> None:
    """Have every logger, there or to come, write JSON lines to stderr, and uncaught errors with them."""
    formatter = JsonLines()

    def one_handler(logger: logging.Logger) -> None:
        logger.handlers = []
        logger.propagate = True

    root = logging.StreamHandler(stderr_of_the_log())
    root.setFormatter(formatter)
    logging.basicConfig(handlers=[root], level=logging.WARNING, force=True)
    OWN.setLevel(logging.INFO)
    for name in list(logging.root.manager.loggerDict):
        one_handler(logging.getLogger(name))
    logging.getLogger(REQUESTS).disabled = True
    # Streamlit gives each of its loggers a handler of its own as it makes them.
    streamlit.logger.setup_formatter = one_handler
    # Its other way to tell of errors prints their own words.
    config.set_option("logger.enableRich", False)
    logging.captureWarnings(True)
    sys.excepthook = log_uncaught
    threading.excepthook = log_uncaught_in_thread


def stderr_of_the_log() -> TextIO:
    """Return stderr, to which nobody else writes from now on."""
    own = os.fdopen(os.dup(STDERR), "w", buffering=1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDERR)
    os.close(nowhere)
    return own


def log_uncaught(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    """Log an error that ends the process."""
    OWN.error("an error that nothing caught", exc_info=error)


def log_uncaught_in_thread(uncaught: threading.ExceptHookArgs) -> None:
    """Log an error that ends a thread."""
    OWN.error("an error that nothing caught ended a thread", exc_info=uncaught.exc_value)
