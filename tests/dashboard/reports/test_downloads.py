import io
from collections.abc import Callable
from typing import Any

import pydicom
import pytest
import streamlit as st
from pydicom.dataset import Dataset
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from dashboard.shared.resources import load_card
from model.network.policy import card_policies
from tests.dashboard.reports.examples import reading, source

Files = dict[str, Callable[[], bytes]]


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    """Return the file that each button would download, by its name."""
    offered: Files = {}

    def offer(label: str, data: Callable[[], bytes], *, file_name: str, **_: Any) -> None:
        offered[file_name] = data

    monkeypatch.setattr(st, "download_button", offer)
    return offered


def page(header: Dataset | None) -> AppTest:
    """Return a page with nothing but the buttons for one radiograph."""

    # Streamlit runs this function's text alone: no name of this module is known in it.
    def script(header: "Dataset | None") -> None:
        from dashboard.reports.downloads import draw_downloads
        from tests.dashboard.reports.examples import reading, scan

        draw_downloads(scan(), reading(0.9875), ("Too small.",), "one", "A composite.", header)

    app = AppTest.from_function(script, kwargs={"header": header}, default_timeout=60).run()
    assert not app.exception
    return app


STEM = f"lungfield-{reading().digest[:12]}"


def test_an_image_file_is_reported_in_four_forms(files: Files) -> None:
    app = page(None)
    assert not app.checkbox
    endings = (".pdf", "-heat-map.dcm", "-report.dcm", "-report.json")
    assert list(files) == [f"{STEM}{ending}" for ending in endings]
    (printed,) = PdfReader(io.BytesIO(files[f"{STEM}.pdf"]())).pages
    for expected in (
        "Pneumonia suspected",
        "98.8 %",
        "Too small.",
        "A composite.",
        "Default: at least 95 % of pneumonias",
    ):
        assert expected in " ".join(printed.extract_text().split())
    picture, report = (dicom(files[f"{STEM}-{kind}.dcm"]) for kind in ("heat-map", "report"))
    assert picture.SOPClassUID.name == "Secondary Capture Image Storage"
    assert report.SOPClassUID.name == "Comprehensive 3D SR Storage"
    assert picture.StudyInstanceUID == report.StudyInstanceUID
    assert str(report.SOPInstanceUID) in files[f"{STEM}-report.json"]().decode()


def test_nothing_is_made_before_it_is_asked_for(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> bytes:
        raise AssertionError("made unasked")

    for name in ("report_pdf", "secondary_capture", "structured_report", "segmentation", "diagnostic_report"):
        monkeypatch.setattr(f"dashboard.reports.downloads.{name}", refuse)
    page(source())
    assert len(files) == 5
    for make in files.values():
        with pytest.raises(AssertionError, match="made unasked"):
            make()


@pytest.mark.slow
def test_a_dicom_file_keeps_its_patient_only_where_the_box_is_ticked(files: Files) -> None:
    app = page(source())
    (box,) = app.checkbox
    assert (box.label, box.value) == ("Keep the patient's identity", False)
    unnamed = [make() for make in files.values()]
    assert [data for data in unnamed[1:] if b"Zwetschge" in data or b"PID-77215" in data] == []
    assert "Zwetschge" not in PdfReader(io.BytesIO(unnamed[0])).pages[0].extract_text()
    box.check().run()
    named = [make() for make in files.values()]
    assert [str(pydicom.dcmread(io.BytesIO(data)).PatientName) for data in named[1:4]] == ["Zwetschge^Aurelia"] * 3
    assert b"PID-77215" in named[4]
    assert "Zwetschge, Aurelia" in PdfReader(io.BytesIO(named[0])).pages[0].extract_text()


@pytest.mark.slow
def test_an_identity_that_may_be_kept_is_no_other_files(files: Files) -> None:
    def script() -> None:
        import streamlit as st

        from dashboard.reports.downloads import draw_downloads
        from tests.dashboard.reports.examples import reading, scan, source

        given = reading(digest=st.session_state["digest"])
        draw_downloads(scan(), given, (), "one", source=source())

    app = AppTest.from_function(script, default_timeout=60)
    app.session_state["digest"] = "a" * 64
    app.run().checkbox[0].check().run()
    assert app.checkbox[0].value
    files.clear()
    # Another file has moved up to the same place on the page.
    app.session_state["digest"] = "b" * 64
    assert not app.run().exception
    assert not app.checkbox[0].value
    assert [name for name, make in files.items() if b"Zwetschge" in make() or b"PID-77215" in make()] == []
    assert len(files) == 5


def test_each_frame_is_downloaded_under_its_own_name(files: Files) -> None:
    def script() -> None:
        from dataclasses import replace

        from dashboard.reports.downloads import draw_downloads
        from tests.dashboard.reports.examples import reading, scan, source

        for frame in (1, 2):
            one, key = replace(scan(), frame=frame, frames=2), f"one-{frame}"
            draw_downloads(one, reading(), (), key, source=source())

    assert not AppTest.from_function(script, default_timeout=60).run().exception
    endings = (".pdf", "-heat-map.dcm", "-report.dcm", "-segmentation.dcm", "-report.json")
    assert list(files) == [f"{STEM}-frame-{frame}{ending}" for frame in (1, 2) for ending in endings]
    assert dicom(files[f"{STEM}-frame-2-heat-map.dcm"]).SourceImageSequence[0].ReferencedFrameNumber == 2
    assert b"image frame = 2 of 2" in files[f"{STEM}-frame-2-report.dcm"]()


def test_a_header_that_nothing_can_refer_to_leaves_the_pdf(files: Files) -> None:
    header = source()
    del header.SOPInstanceUID
    app = page(header)
    assert list(files) == [f"{STEM}.pdf"]
    assert app.caption[0].value.startswith("The DICOM file has no SOPInstanceUID.")


def test_a_reading_downloaded_twice_is_one_instance(files: Files) -> None:
    app = page(None)
    first = files[f"{STEM}-report.dcm"]()
    app.run()
    assert files[f"{STEM}-report.dcm"]() == first


def test_two_thresholds_are_reported_with_what_lies_between(files: Files) -> None:
    app = page(None)
    band = card_policies(load_card())["band"]
    app.session_state["policy"], app.session_state["threshold"] = "band", band.high
    app.run()
    printed = " ".join(PdfReader(io.BytesIO(files[f"{STEM}.pdf"]())).pages[0].extract_text().split())
    assert band.provenance[:40] in printed
    # With as many decimals as tell a reading and its thresholds apart.
    assert any(f"thresholds {100 * band.low:.{n}f} % and {100 * band.high:.{n}f} %" in printed for n in range(1, 5))
    card = load_card()
    referred = card.operating_points["band"].metrics["test"].referred.value
    images = card.metrics["test"].images
    assert f"To a human {round(referred * images)} of {images}, not counted above" in printed
    report = files[f"{STEM}-report.dcm"]()
    assert f"lower threshold = {band.low!r}".encode() in report
    assert f"threshold = {band.high!r}".encode() in report


def dicom(make: Callable[[], bytes]) -> Dataset:
    return pydicom.dcmread(io.BytesIO(make()))
