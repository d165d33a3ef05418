"""Values and errors in words for people: none of them shows how Python writes it."""

import re

LONGEST_REASON = 160
"""Characters of another package's error."""

_NUMBER = re.compile(r"\b(?:np|numpy)\.\w+\(([^()]*)\)")
_BYTES = re.compile(r"(?<![^\s(\[,=:])b(?:'([^']*)'|\"([^\"]*)\")")
_CLASS = re.compile(r"<(?:class|enum) '(?:[\w.]*\.)?(\w+)'>")
_OBJECT = re.compile(r"<(?:[\w.]*\.)?(\w+)[^<>]* at 0x[0-9a-fA-F]+>")


def quoted(value: object) -> str:
    """Return a value that came in place of another: text in quotation marks, bytes as text or as hexadecimals."""
    match value:
        case None:
            return "nothing"
        case bytes():
            return f"'{value.decode()}'" if value.isascii() and value.decode().isprintable() else value.hex(" ")
        case str():
            return f"'{value}'"
        case list() | tuple():
            return ", ".join(map(quoted, value)) or "nothing"
        case dict():
            return ", ".join(map(str, value)) or "nothing"
    return str(value)


def reason(problem: BaseException) -> str:
    """Return another package's error as the reason within a message: its last line, without Python's spelling."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    line = lines[-1] if lines else type(problem).__name__
    for spelling, words in ((_NUMBER, r"\1"), (_BYTES, r"'\1\2'"), (_CLASS, r"\1"), (_OBJECT, r"\1")):
        line = spelling.sub(words, line)
    return line if len(line) <= LONGEST_REASON else line[: LONGEST_REASON - 3] + "..."
