r"""A page of A4 with a grid of twelve columns and a cursor that runs down it.

Type is Helvetica and Courier, which every PDF reader has (PDF 1.7, section 9.6.2.2). Their encoding is Latin-1;
any other character is escaped, such as ``\u80f8``, and not lost.
"""

import io
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos

# Millimetres.
WIDTH, HEIGHT, MARGIN, GUTTER = 210.0, 297.0, 18.0, 4.0
TOP, BOTTOM = 14.0, HEIGHT - 12.0
COLUMN = (WIDTH - 2 * MARGIN - 11 * GUTTER) / 12
POINT = 25.4 / 72
LEADING = 1.42
"""Line height over type size."""

# The light theme of dashboard/style.css and .streamlit/config.toml, on white paper.
TEXT, QUIET, RULE, BRAND = "#17211f", "#4a5653", "#d5d9d2", "#0b6e6e"
SANS, MONO = "Helvetica", "Courier"
LOGO = Path(__file__).resolve().parents[2] / "assets" / "icon.svg"

_PLAIN = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | dict.fromkeys("\u2018\u2019\u201a", "'")
    | dict.fromkeys("\u201c\u201d\u201e", '"')
    | {"\u2026": "...", "\u202f": "\xa0"}
)
"""Dashes, quotes, dots and the narrow space, which Latin-1 has in one form alone."""


def printable(text: str) -> str:
    """Turn a text into Latin-1; other characters, and those without a shape, are escaped as Python does."""
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    shown = (
        character if character.isprintable() or character == "\xa0" else ascii(character)[1:-1]
        for character in plain
    )
    return "".join(shown).encode("latin-1", "backslashreplace").decode("latin-1")


def column(number: int) -> float:
    """Return where a column, 0 to 11, begins: mm from the page's left edge."""
    return MARGIN + number * (COLUMN + GUTTER)


def columns(count: int) -> float:
    """Return the width of so many columns, mm."""
    return count * COLUMN + (count - 1) * GUTTER


class PdfPage:
    """One page; ``y`` is the cursor, mm from its top. Lengths are in mm, type in points, colours in hex.

    Args:
        title: of the document, as its properties show it.
        version: of the model.
        time: of the document's creation, UTC.
        size: of the running text.
    """

    def __init__(self, title: str, version: str, time: datetime, size: float = 9) -> None:
        self.y = TOP
        self.size = size
        self._file = FPDF(unit="mm", format="A4")
        self._file.set_auto_page_break(False)
        self._file.c_margin = 0
        self._file.set_creation_date(time)
        self._file.set_title(title)
        self._file.set_creator(f"Lungfield, model {version}")
        self._file.set_lang("en")
        self._file.add_page()

    def head(self, title: str, details: str) -> None:
        """Draw the letterhead, with what the page is on its right, and move the cursor below it."""
        self.image(LOGO, MARGIN - 0.8, self.y, 9, 9, "Lungfield's mark")
        self.text("Lungfield", MARGIN + 10, 60, y=self.y + 1.1, size=15, bold=True, colour=BRAND)
        self.text(title, column(5), columns(7), size=9, bold=True, align="R")
        self.text(details, column(5), columns(7), y=self.y + 4.6, colour=QUIET, align="R")
        self.rule(self.y + 11.5)
        self.y += 15

    def text(
        self,
        text: str,
        x: float = MARGIN,
        width: float = columns(12),
        *,
        y: float | None = None,
        size: float | None = None,
        bold: bool = False,
        colour: str = TEXT,
        align: str = "L",
        family: str = SANS,
    ) -> float:
        """Set a paragraph from ``y``, or the cursor, and return where it ends; the cursor stays."""
        size = self._set_type(size, bold, family)
        self._file.set_text_color(colour)
        self._file.set_xy(x, self.y if y is None else y)
        self._file.multi_cell(
            width, LEADING * size * POINT, printable(text), align=align, new_x=XPos.LEFT, new_y=YPos.NEXT
        )
        return float(self._file.get_y())

    def paragraph(
        self, text: str, x: float = MARGIN, width: float = columns(12), *, gap: float = 0, **style: Any
    ) -> None:
        """Set a paragraph from the cursor, as ``text`` does, and move the cursor to a gap below it."""
        self.y = self.text(text, x, width, **style) + gap

    def shortened(self, text: str, width: float, *, size: float | None = None, bold: bool = False) -> str:
        """Shorten a text to one line of a width: its middle is left out, for a file's name differs at its ends."""
        self._set_type(size, bold, SANS)
        text = printable(text)
        kept, short = len(text), text
        while kept > 2 and self._file.get_string_width(short) > width:
            kept -= 1
            short = f"{text[: (kept + 1) // 2]}...{text[len(text) - kept // 2 :]}"
        return short

    def table(
        self,
        rows: Iterable[tuple[str, str]],
        x: float,
        width: float,
        label_width: float,
        *,
        rules_above: bool = False,
    ) -> None:
        """Set labels and their values from the cursor, which ends below; hairlines above each row, or below.

        Digests, which the label tells, are set in type of one width.
        """
        for label, value in rows:
            if rules_above:
                self.rule(self.y, x, width)
                self.y += 0.75
            family = MONO if "SHA-256" in label else SANS
            label_end = self.text(label, x, label_width - 1.5, colour=QUIET)
            value_end = self.text(value, x + label_width, width - label_width, family=family)
            self.y = max(label_end, value_end) + (0.75 if rules_above else 1.1)
            if not rules_above:
                self.rule(self.y - 0.5, x, width)

    @contextmanager
    def bar(self, colour: str) -> Iterator[dict[str, float]]:
        """Draw a bar at the left margin beside what is set meanwhile; yields the place of that text."""
        top = self.y
        yield {"x": MARGIN + 4, "width": columns(12) - 4}
        self.box(MARGIN, top, 0.9, self.y - top, colour)

    def rule(self, y: float, x: float = MARGIN, width: float = columns(12)) -> None:
        """Draw a hairline."""
        self._file.set_draw_color(RULE)
        self._file.set_line_width(0.2)
        self._file.line(x, y, x + width, y)

    def box(self, x: float, y: float, width: float, height: float, colour: str, radius: float = 0) -> None:
        """Draw a filled rectangle, its corners round where it is wide enough for them."""
        self._file.set_fill_color(colour)
        rounded = 0 < 2 * radius < width
        self._file.rect(x, y, width, height, style="F", round_corners=rounded, corner_radius=radius)

    def image(self, image: bytes | Path, x: float, y: float, width: float, height: float, description: str) -> None:
        """Draw a picture; ``description`` is for those who cannot see it."""
        source = io.BytesIO(image) if isinstance(image, bytes) else image
        self._file.image(source, x, y, width, height, alt_text=printable(description))

    def encode(self) -> bytes:
        """Return the page as a PDF file; the same page gives the same bytes."""
        return bytes(self._file.output())

    def _set_type(self, size: float | None, bold: bool, family: str) -> float:
        size = self.size if size is None else size
        self._file.set_font(family, "B" if bold else "", size)
        return size
