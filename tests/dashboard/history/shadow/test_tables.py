"""Reports and readings are read from the CSV files of a hospital; what cannot be meant is refused in words."""

import re
from datetime import date

import pytest

from dashboard.history.shadow.tables import (
    ModelReading,
    Report,
    UnusableTable,
    read_model_readings,
    read_reports,
)


@pytest.mark.parametrize(
    "text",
    [
        "sha256,word,date\nAB12,Pneumonia,2026-01-31\ncd34,0,\n",
        "\ufeffdigest;report;day\r\nab12;1;31.01.2026\r\n\r\ncd34;normal;\r\n",
        "word\tsha256\tstudy_date\npneumonia\tab12\t20260131\nno\tcd34\n",
    ],
)
def test_reports_are_read(text: str) -> None:
    kind, reports = read_reports(text.encode())
    assert kind == "sha256"
    assert reports == [Report("ab12", "pneumonia", date(2026, 1, 31)), Report("cd34", "normal", None)]


def test_accession_numbers_join_too() -> None:
    assert read_reports(b"accession,word\nA-7,unsure\n") == ("accession", [Report("a-7", "unsure", None)])


def test_readings_of_the_score_command_are_read_without_its_errors() -> None:
    text = (
        b"file,frame,probability,finding,warnings,error,sha256,model_version\n"
        b"a.png,1,0.75,pneumonia,,,ab12,1\nb.png,1,0.2,review,resolution,,cd34,1\nc.png,,,,,cannot be read,,1\n"
    )
    assert read_model_readings(text) == (
        "sha256",
        [ModelReading("ab12", 0.75, True), ModelReading("cd34", 0.2, False)],
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Expected a CSV with a heading and a row a radiograph; received no row."),
        ("name,word\na,1\n", "Expected a column named sha256 or digest or accession or accession_number; received"),
        ("sha256,x\na,1\n", "Expected a column named word or report or finding or label; received sha256, x."),
        ("sha256,word\na,ill\n", "Expected normal (or 0), pneumonia (or 1) or unsure; received 'ill' in line 2."),
        ("sha256,word,date\na,1,May\n", "Expected a day such as 2026-01-31; received 'May' in line 2."),
    ],
)
def test_reports_that_cannot_be_used_say_why(text: str, message: str) -> None:
    with pytest.raises(UnusableTable, match=re.escape(message)):
        read_reports(text.encode())


@pytest.mark.parametrize("probability", ["", "high", "1.5", "nan"])
def test_a_reading_without_a_probability_is_refused(probability: str) -> None:
    with pytest.raises(UnusableTable, match=r"Expected a probability from 0 to 1; received .* in line 2"):
        read_model_readings(f"sha256,probability\na,{probability}\n".encode())
