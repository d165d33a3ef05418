import io

import pytest
from pypdf import PdfReader

from dashboard.shared import pdf_page
from dashboard.shared.pdf_page import PdfPage, column, columns, printable
from tests.dashboard.reports.examples import TIME


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Müller ± 1.png", "Müller ± 1.png"),
        ("Mu\u0308ller", "Müller"),
        ("胸.png", "\\u80f8.png"),
        ("🫁.png", "\\U0001fac1.png"),
        ("one \u2013 two \u2026 \u201cthree\u201d", 'one - two ... "three"'),
        ("a\nb\x07\u202ec", "a\\nb\\x07\\u202ec"),
        ("12\xa0%", "12\xa0%"),
    ],
)
def test_every_text_can_be_printed(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_twelve_columns_fill_the_page_between_its_margins() -> None:
    assert column(0) == pdf_page.MARGIN
    assert column(0) + columns(12) == pytest.approx(pdf_page.WIDTH - pdf_page.MARGIN)
    assert column(6) - (column(0) + columns(6)) == pytest.approx(pdf_page.GUTTER)


def test_a_long_name_gives_up_its_middle() -> None:
    short = PdfPage("", "", TIME, 9).shortened("radiograph-" + "x" * 200 + ".png", 50)
    assert short.startswith("radiograph-x")
    assert short.endswith("x.png")
    assert "..." in short
    assert len(short) < 50


def test_a_short_name_stays() -> None:
    assert PdfPage("", "", TIME, 9).shortened("scan.png", 50) == "scan.png"


def test_a_paragraph_says_where_it_ends() -> None:
    page = PdfPage("A title", "9.8", TIME, 10)
    height = pdf_page.LEADING * 10 * pdf_page.POINT
    assert page.text("one line", 20, 100, y=50) == pytest.approx(50 + height)
    assert page.text("two lines " * 10, 20, 100, y=50) == pytest.approx(50 + 2 * height)
    written = PdfReader(io.BytesIO(page.encode()))
    assert "one line" in written.pages[0].extract_text()
    assert written.metadata is not None
    assert (written.metadata.title, written.metadata.creator) == ("A title", "Lungfield, model 9.8")
    assert written.metadata.creation_date == TIME
