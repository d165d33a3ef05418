"""Values and errors in words."""

import numpy as np
import pytest

from model.io.wording import quoted, reason


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("ill", "'ill'"),
        (None, "nothing"),
        (b"no pictu", "'no pictu'"),
        (b"\x89PNG\r\n", "89 50 4e 47 0d 0a"),
        (np.int64(2), "2"),
        (np.float64(0.5), "0.5"),
        (["a", np.int16(3), None], "'a', 3, nothing"),
        ((), "nothing"),
        ({"slope": 1}, "slope"),
    ],
)
def test_a_value_is_written_as_a_person_would(value: object, words: str) -> None:
    assert quoted(value) == words


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (f"expected 1, received {np.int64(2)!r}", "expected 1, received 2"),
        ("broken PNG file (chunk b'IDAT')", "broken PNG file (chunk 'IDAT')"),
        ('name b"it\'s" differs', "name 'it's' differs"),
        ("name 'a/b' and header b'a/c' differ", "name 'a/b' and header 'a/c' differ"),
        ("cannot identify <object object at 0x7f8b10>", "cannot identify object"),
        ("cannot read <_io.BytesIO object at 0x7f00>", "cannot read BytesIO"),
        (f"expected {int}", "expected int"),
        ("first\n\n  last line \n", "last line"),
        ("x" * 200, "x" * 157 + "..."),
        ("", "ValueError"),
    ],
)
def test_a_reason_is_one_line_without_python(message: str, words: str) -> None:
    assert reason(ValueError(message)) == words
