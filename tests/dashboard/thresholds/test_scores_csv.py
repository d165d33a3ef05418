"""Scores in a CSV: what is read, and that every refusal says what was expected, what came, what to do."""

import re

import numpy as np
import pytest

from dashboard.thresholds import scores_csv
from dashboard.thresholds.scores_csv import UnusableScores, read_scores


def _read(text: str) -> tuple[list[int], list[float]]:
    table = read_scores(text.encode())
    return table.labels.tolist(), table.scores.tolist()


@pytest.mark.parametrize(
    "text",
    [
        "label,score\n1,0.75\n0,0.25\n",
        "Score,Label,patient\n0.75,pneumonia,a\n0.25, Normal,b\n",
        "truth, probability\n1.0,0.75\n0.0,0.25",
        pytest.param("\ufefflabel,score\r\n1,0.75\r\n0,0.25\r\n", id="byte order mark"),
        pytest.param("label,score\n1,0.75,\n0,0.25,\n", id="commas behind the rows"),
        pytest.param("label,score\n1,0.75,,\n0,0.25\n", id="commas behind some rows"),
        pytest.param("label,score,\n1,0.75,\n0,0.25,\n", id="commas behind every line"),
        pytest.param("label;score\n1;0.75\n0;0.25\n", id="semicolons"),
        pytest.param("label;score\n1;0,75\n0;0,25\n", id="decimal commas"),
        pytest.param("\ufefflabel;score;\r\n1,0;0,75;\r\n0,0;,25;\r\n", id="all of them"),
        pytest.param("label\tscore\n1\t0,75\n0\t0,25\n", id="tabs"),
        pytest.param('label,score\n1,"0,75"\n0,"0,25"\n', id="decimal commas in quotation marks"),
        pytest.param("sep=;\nlabel;score\n1;0,75\n0;0,25\n", id="a line for the spreadsheet"),
        pytest.param("\n\nlabel,score\n\n1,0.75\n,\n0,0.25\n\n", id="blank lines"),
        pytest.param('"a, b";label;score\n"x; y";1;7.5e-1\nz;0;0.25\n', id="separators in quotation marks"),
    ],
)
def test_a_csv_is_read(text: str) -> None:
    assert _read(text) == ([1, 0], [0.75, 0.25])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Expected a CSV with a heading, such as label,score; received no line of text. Save it"),
        ("label,score\n", "Expected a row an image; received a heading alone"),
        ("a,b\n1,2\n", "Expected a column named label or truth or class; received a, b. Name the columns"),
        ("label,b\n1,2\n", "Expected a column named score or probability or prediction"),
        ("label,score\n1,0.5\n2,0.5\n", "Expected labels 0 or normal, 1 or pneumonia; received .*2.* in line 3"),
        ("label,score\n1,0.5\nill,0.5\n", "received 'ill' in line 3"),
        ("label,score\n1,0.5\n0,1.5\n", "Expected scores from 0 to 1; received .*1.5.* in line 3. Other scores"),
        ("label,score\n1,0.5\n0,\n", "received an empty cell in line 3"),
        (
            "label,score\n1,0.5\n1,0.7\n",
            r"Expected pneumonias \(1\) and normals \(0\); received 2 rows that are all 1",
        ),
    ],
)
def test_what_cannot_be_used_is_said(text: str, said: str) -> None:
    with pytest.raises(UnusableScores, match=said):
        _read(text)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252", "cp932"])
def test_names_in_any_encoding_do_not_hinder_the_scores(encoding: str) -> None:
    name = "山田" if encoding == "cp932" else "Müller"
    table = read_scores(f"{name};label;score\n{name};1;0,75\n{name};0;0,25\n".encode(encoding))
    assert (table.labels.tolist(), table.scores.tolist()) == ([1, 0], [0.75, 0.25])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "label,Label,score\n1,0,0.5\n0,1,0.5\n",
            "Expected one column named label or truth or class; received label and Label. "
            "Leave the one that counts, and rename the others.",
        ),
        (
            "label,score,probability\n1,0.5,0.2\n",
            "Expected one column named score or probability or prediction; received score and probability. "
            "Leave the one that counts, and rename the others.",
        ),
        (
            "label,score\n1,0,75\n0,0,25\n",
            "Expected 2 cells separated by commas, as in the heading; received 3 in line 2. Put numbers with a "
            "decimal comma in quotation marks, or separate the columns by semicolons.",
        ),
        ("label,score\n1\n0,0.5\n", "Expected scores from 0 to 1; received an empty cell in line 2."),
        ("\nlabel,score\n\n1,0.5\n\n\nill,0.5\n", "received 'ill' in line 7"),
        ('label,name,score\n1,"two\nlines",0.5\n0,x,high\n', "received 'high' in line 4"),
        ("label,score\n1,0_1\n", "received '0_1' in line 2"),
        ("label,score\n1,nan\n", "received 'nan' in line 2"),
    ],
)
def test_nothing_is_guessed(text: str, message: str) -> None:
    with pytest.raises(UnusableScores, match=re.escape(message)):
        _read(text)


def test_what_was_read_can_be_shown() -> None:
    table = read_scores(b"\nimage;Truth;Score\na;1;0,75\n\nb;0;0,25\n")
    assert (table.label_column, table.score_column) == ("Truth", "Score")
    assert (table.separator, table.decimal_comma, table.lines.tolist()) == (";", True, [3, 5])


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scores_csv, "MOST_ROWS", 2)
    with pytest.raises(UnusableScores, match=r"Expected at most 2 rows; received more\. Draw a sample"):
        _read("label,score\n1,0.5\n0,0.5\n1,0.6\n")


def test_ages_and_sexes_are_read_where_the_file_has_them() -> None:
    table = read_scores(b"label;score;Age;sex\n1;0,5;0,5;F\n0;0,25;;male\n0;0,1;12;\n")
    assert table.ages is not None and table.sexes is not None
    np.testing.assert_array_equal(table.ages, [0.5, np.nan, 12])
    assert table.sexes.tolist() == ["female", "male", ""]
    plain = read_scores(b"label,score\n1,0.5\n0,0.2\n")
    assert plain.ages is None and plain.sexes is None


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ("200,f", "Expected ages in years, 0 to 130, or an empty cell; received '200' in line 2."),
        ("young,f", "Expected ages in years, 0 to 130, or an empty cell; received 'young' in line 2."),
        ("3,x", "Expected sexes f or female, m or male, or an empty cell; received 'x' in line 2."),
    ],
)
def test_ages_and_sexes_are_not_guessed(cells: str, message: str) -> None:
    with pytest.raises(UnusableScores, match=re.escape(message)):
        read_scores(f"label,score,age,sex\n1,0.5,{cells}\n0,0.2,,\n".encode())
