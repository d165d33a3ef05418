"""What a message must not show: values as Python writes them."""

import re

PYTHON = re.compile(
    r"""\b(?:np|numpy)\.\w+\(     # np.int64(2)
    | (?<![^\s(\[,=:])b(?:'[^']*'|"[^"]*")  # b'bytes', but not what ends in b: 'a/b'
    | <class\s | \sobject\sat\s0x  # <class 'int'>, <object at 0x7f>
    | \barray\( | \bdtype\b       # array([1]), dtype=
    | \bdatetime\.\w+\(           # datetime.datetime(2024, 1, 1)
    | [\[{]'\w                     # ['one', 'two']; brackets of SQL are round
    | \bNone\b | \bTraceback\b | \b\w+Error\(
    """,
    re.VERBOSE,
)


def python_in(message: str) -> str:
    """Return the first piece of a message that only Python would write so; empty where there is none."""
    found = PYTHON.search(message)
    return found[0] if found else ""
