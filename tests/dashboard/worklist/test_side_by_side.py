"""Which radiographs of the same patient may stand beside one."""

from dashboard.reports.identity import Identity
from dashboard.worklist.patient import Patient
from dashboard.worklist.queue import Entry
from dashboard.worklist.side_by_side import others_of_patient, study_title, time_title
from tests.dashboard.reports.examples import reading


def entry(id: int, date: str, patient_id: str = "PID-1") -> Entry:
    patient = Patient(Identity("Birne, Bernd", patient_id), study_date=date, study="Thorax")
    return Entry(id, id, 0, f"{id}.dcm", reading=reading(), patient=patient)


def test_the_latest_before_comes_first_and_later_ones_last() -> None:
    dates = ("2025-06-01", "2025-01-01", "2025-03-01", "2025-09-01", "")
    entries = [entry(id, date) for id, date in enumerate(dates)]
    strangers = [entry(8, "2025-01-01", "PID-2"), Entry(9, 9, 0, "9.png", reading=reading())]
    found = others_of_patient(entries[0], [*entries, *strangers])
    assert [other.patient.study_date for other in found if other.patient] == [
        "2025-03-01",
        "2025-01-01",
        "",
        "2025-09-01",
    ]
    assert others_of_patient(strangers[1], entries) == []


def test_earlier_and_later_are_said_where_they_are_known() -> None:
    this = entry(0, "2025-06-01")
    assert time_title(this, entry(1, "2025-03-01")) == "Earlier"
    assert time_title(this, entry(1, "2025-09-01")) == "Later"
    assert time_title(this, entry(1, "")) == "Another of the patient"
    assert study_title(this) == "2025-06-01, Thorax, 0.dcm"
    assert study_title(Entry(2, 2, 0, "2.png")) == "2.png"
