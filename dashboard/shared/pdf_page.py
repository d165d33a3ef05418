r"""A sheet of A4 with a grid of twelve columns and a cursor that runs down it.

Type is Helvetica and Courier, which every PDF reader has (PDF 1.7, section 9.6.2.2). Their encoding holds
Latin-1; whatever else a text has in it is escaped, ``\u80f8`` for one, and not lost.
"""

import io
import unicodedata
from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos

# Millimetres.
WIDTH, HEIGHT, MARGIN, GUTTER = 210.0, 297.0, 18.0, 4.0
TOP, BOTTOM = 14.0, HEIGHT - 12.0
COLUMN = (WIDTH - 2 * MARGIN - 11 * GUTTER) / 12
POINT = 25.4 / 72
LEADING = 1.42
"""Line height over type size."""

TEXT = "#17211f"
SANS, MONO = "Helvetica", "Courier"

_PLAIN = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | dict.fromkeys("\u2018\u2019\u201a", "'")
    | dict.fromkeys("\u201c\u201d\u201e", '"')
    | {"\u2026": "...", "\u202f": "\xa0"}
)
"""Dashes, quotes, dots and the narrow space, which Latin-1 has in one form alone."""


def printable(text: str) -> str:
    """A text in Latin-1; what that lacks, and what has no shape, is escaped as Python would."""
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    shown = (one if one.isprintable() or one == "\xa0" else ascii(one)[1:-1] for one in plain)
    return "".join(shown).encode("latin-1", "backslashreplace").decode("latin-1")


def column(number: int) -> float:
    """Where a column, 0 to 11, begins: mm from the sheet's left edge."""
    return MARGIN + number * (COLUMN + GUTTER)


def columns(count: int) -> float:
    """The width of so many columns, mm."""
    return count * COLUMN + (count - 1) * GUTTER


class Sheet:
    """One sheet; ``y`` is the cursor, mm from its top. Lengths are in mm, type in points, colours in hex."""

    def __init__(self, title: str, creator: str, time: datetime, size: float) -> None:
        self.y = TOP
        self.size = size
        """Of the running text."""
        self._file = FPDF(unit="mm", format="A4")
        self._file.set_auto_page_break(False)
        self._file.c_margin = 0
        self._file.set_creation_date(time)
        self._file.set_title(title)
        self._file.set_creator(creator)
        self._file.set_lang("en")
        self._file.add_page()

    def text(
        self,
        words: str,
        x: float,
        width: float,
        *,
        y: float | None = None,
        size: float | None = None,
        bold: bool = False,
        colour: str = TEXT,
        align: str = "L",
        family: str = SANS,
    ) -> float:
        """Set a paragraph from ``y``, or the cursor, and say where it ends; the cursor stays."""
        size = self._set_type(size, bold, family)
        self._file.set_text_color(colour)
        self._file.set_xy(x, self.y if y is None else y)
        self._file.multi_cell(
            width, LEADING * size * POINT, printable(words), align=align, new_x=XPos.LEFT, new_y=YPos.NEXT
        )
        return float(self._file.get_y())

    def shortened(
        self, words: str, width: float, *, size: float | None = None, bold: bool = False, family: str = SANS
    ) -> str:
        """A text that fits one line of a width: its middle gives way, for a file's name tells most at its ends."""
        self._set_type(size, bold, family)
        words = printable(words)
        kept = len(words)
        short = words
        while kept > 2 and self._file.get_string_width(short) > width:
            kept -= 1
            short = f"{words[: (kept + 1) // 2]}...{words[len(words) - kept // 2 :]}"
        return short

    def rule(self, y: float, colour: str, x: float = MARGIN, width: float = WIDTH - 2 * MARGIN) -> None:
        """A hairline."""
        self._file.set_draw_color(colour)
        self._file.set_line_width(0.2)
        self._file.line(x, y, x + width, y)

    def box(self, x: float, y: float, width: float, height: float, colour: str, radius: float = 0) -> None:
        """A filled rectangle, its corners round where it is wide enough for them."""
        self._file.set_fill_color(colour)
        rounded = 0 < 2 * radius < width
        self._file.rect(x, y, width, height, style="F", round_corners=rounded, corner_radius=radius)

    def image(self, image: bytes | Path, x: float, y: float, width: float, height: float, words: str) -> None:
        """A picture, and what it shows in words."""
        source = io.BytesIO(image) if isinstance(image, bytes) else image
        self._file.image(source, x, y, width, height, alt_text=printable(words))

    def written(self) -> bytes:
        """The sheet as a PDF file; the same sheet gives the same bytes."""
        return bytes(self._file.output())

    def _set_type(self, size: float | None, bold: bool, family: str) -> float:
        size = self.size if size is None else size
        self._file.set_font(family, "B" if bold else "", size)
        return size
