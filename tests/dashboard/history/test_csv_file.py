"""The CSV file: whole, exact, and harmless in a spreadsheet."""

import csv
import io
from datetime import UTC, datetime

import pytest

from dashboard.history.csv_file import history_csv
from dashboard.history.store import Search, open_history
from tests.readings import RESULT, result


def lines(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_every_column_comes_out_as_it_was_kept(own_history: str) -> None:
    history = open_history(own_history)
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    history.record(result(probability=0.1 + 0.2), reader_finding="unsure", comment='a, "b"\nc', moment=moment)
    history.correct(1, reader_finding=None, comment="ü", moment=moment)
    corrected, first = lines(history_csv(history.readings(Search(current=False))))
    assert ",".join(first) == (
        "id,time,digest,frame,model_version,network,threshold,policy,probability,p_value,finding,warnings,word,"
        "reader_first,comment,corrects,lower_threshold,reader"
    )
    assert float(first["probability"]) == 0.1 + 0.2
    assert (first["time"], first["word"], first["comment"], first["corrects"]) == (
        "2026-03-01T12:00:00+00:00",
        "unsure",
        'a, "b"\nc',
        "",
    )
    assert (corrected["word"], corrected["comment"], corrected["corrects"]) == ("", "ü", "1")
    assert history_csv([])[:3] == b"\xef\xbb\xbf"


@pytest.mark.parametrize("comment", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1"])
def test_no_comment_is_a_formula(own_history: str, comment: str) -> None:
    history = open_history(own_history)
    history.record(RESULT, comment=comment)
    assert lines(history_csv(history.readings()))[0]["comment"] == f"'{comment}"
    # The history itself keeps the comment as it is.
    assert history.readings()[0].comment == comment


def test_a_plain_comment_is_left_alone(own_history: str) -> None:
    history = open_history(own_history)
    history.record(RESULT, comment="p = 0.5 - why?")
    assert lines(history_csv(history.readings()))[0]["comment"] == "p = 0.5 - why?"
