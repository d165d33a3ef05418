"""No message shows how Python writes a value: neither as its code stands, nor as any test provokes it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from model.io.errors import UnreadableRadiograph
from tests.conftest import OWN_ERRORS
from tests.python_spelling import python_in

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(file for room in ("model", "dashboard") for file in (ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(ROOT)))
def test_no_value_is_printed_as_python_writes_it(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    printed = [value for value in ast.walk(tree) if isinstance(value, ast.FormattedValue)]
    assert [value.lineno for value in printed if value.conversion == ord("r")] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(ROOT)))
def test_another_packages_error_is_given_as_its_reason(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    handlers = [handler for handler in ast.walk(tree) if isinstance(handler, ast.ExceptHandler)]
    assert [line for handler in handlers if not _is_own(handler) for line in _printed(handler)] == []


def _is_own(handler: ast.ExceptHandler) -> bool:
    return handler.type is not None and set(ast.unparse(handler.type).strip("()").split(", ")) <= {
        error.__name__ for error in OWN_ERRORS
    }


def _printed(handler: ast.ExceptHandler) -> Iterator[int]:
    """Yield the lines of a handler that put its error into a text as it is."""
    for value in ast.walk(handler):
        match value:
            case ast.FormattedValue(value=ast.Name(id=printed)) if printed == handler.name:
                yield value.lineno


@pytest.mark.parametrize(
    "message",
    [
        f"received {np.int64(2)!r}",
        f"begins with {b'hello'!r}",
        f"received {np.float64(0.5)!r} in line 2",
        f"holds {[np.int16(1)]}",
        f"of {int}",
        "reads <object object at 0x7f0000000000>",
        f"one of {['a', 'b']}",
        f"received {None}",
        f"received {np.zeros(2)!r}",
    ],
)
def test_python_is_found_in_a_message(message: str) -> None:
    assert python_in(message)
    with pytest.raises(AssertionError, match="expected words"):
        UnreadableRadiograph(message)


@pytest.mark.parametrize(
    "message",
    [
        "scan.png holds 3 x 4 pixels (2 bytes).",
        "Expected a, b or none; received 'ill'.",
        "'a/b' and 'c' differ",
        "begins with 'P['.",
    ],
)
def test_words_are_no_python(message: str) -> None:
    assert not python_in(message)
