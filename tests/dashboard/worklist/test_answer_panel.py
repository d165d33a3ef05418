"""Results sent from the worklist to a real archive."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom.uid import Comprehensive3DSRStorage, SecondaryCaptureImageStorage, SegmentationStorage
from streamlit.testing.v1 import AppTest

from dashboard.node.configuration import VARIABLE
from dashboard.shared import session
from dashboard.shared.observability.activity import Action
from tests.dashboard.node.examples import IDENTITY, radiograph, uid
from tests.dashboard.node.orthanc import AE_TITLE, Orthanc, orthanc
from tests.dashboard.pages import press
from tests.dashboard.reports.dciodvfy import errors_in
from tests.dashboard.worklist.examples import drop, open_row
from tests.pictures import chest, png

SENT = "Sent to the archive"
Configure = Callable[[str], None]


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Configure:
    """Return what sets the node's configuration, beside its spool."""

    def write(text: str) -> None:
        file = tmp_path / "node.toml"
        file.write_text(f'spool = "spool"\n{text}')
        monkeypatch.setenv(VARIABLE, str(file))

    return write


def by_web(archive: Orthanc) -> str:
    return f'[archive]\nurl = "{archive.dicom_web}"\n'


def by_dimse(archive: Orthanc) -> str:
    return f'[archive]\nhost = "127.0.0.1"\nport = {archive.dicom_port}\nae_title = "{AE_TITLE}"\n'


def labels(page: AppTest) -> list[str]:
    """Return what the buttons that send are called."""
    return [button.label for button in page.button if "to the archive" in button.label]


@pytest.mark.slow
@pytest.mark.parametrize("way", [by_web, by_dimse])
def test_results_are_found_in_the_archive(
    worklist: AppTest, configure: Configure, way: Callable[[Orthanc], str], tmp_path: Path
) -> None:
    with orthanc(tmp_path / "orthanc") as archive:
        configure(f'{way(archive)}[reading]\nanswers = ["report", "heat_map", "segmentation"]\n')
        drop(worklist, ("one.dcm", radiograph(1)), ("two.dcm", radiograph(2)), ("three.png", png(chest(seed=3))))
        assert labels(worklist) == ["Send 2 results to the archive"]
        open_row(worklist, 0)
        assert labels(worklist) == ["Send 2 results to the archive", "Send 1 result to the archive"]
        press(worklist, "Send 1 result to the archive")
        assert not worklist.exception
        assert not worklist.error
        assert labels(worklist) == ["Send 1 result to the archive", SENT]
        (report,) = archive.instances("SR")
        (item,) = report.CurrentRequestedProcedureEvidenceSequence
        (image,) = item.ReferencedSeriesSequence[0].ReferencedSOPSequence
        assert image.ReferencedSOPInstanceUID == uid(1)
        assert str(report.PatientName) == IDENTITY["PatientName"]
        press(worklist, "Send 1 result to the archive")
        assert labels(worklist) == [SENT, SENT]
        stored = [made for modality in ("SR", "OT", "SEG") for made in archive.instances(modality)]
        assert sorted(made.SOPClassUID for made in stored) == sorted(
            2 * [Comprehensive3DSRStorage, SecondaryCaptureImageStorage, SegmentationStorage]
        )
        for made in archive.instances("SEG"):
            made.save_as(tmp_path / "segmentation.dcm")
            assert errors_in((tmp_path / "segmentation.dcm").read_bytes(), tmp_path) == []


@pytest.mark.slow
def test_another_threshold_is_another_result_to_send(
    worklist: AppTest, configure: Configure, tmp_path: Path
) -> None:
    with orthanc(tmp_path / "orthanc") as archive:
        configure(by_web(archive))
        drop(worklist, ("one.dcm", radiograph(1)))
        press(worklist, "Send 1 result to the archive")
        assert labels(worklist) == [SENT]
        worklist.session_state[session.threshold.name] = 0.25
        worklist.run()
        assert labels(worklist) == ["Send 1 result to the archive"]


def test_an_archive_that_is_away_is_told_and_nothing_is_marked_as_sent(
    worklist: AppTest, configure: Configure
) -> None:
    configure('[archive]\nurl = "http://127.0.0.1:9/dicom-web"\n')
    drop(worklist, ("one.dcm", radiograph(1)))
    press(worklist, "Send 1 result to the archive")
    assert not worklist.exception
    assert "does not answer" in worklist.error[0].value
    assert labels(worklist) == ["Send 1 result to the archive"]


def test_what_nothing_can_refer_to_is_told_and_the_others_are_sent(
    worklist: AppTest, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[object] = []
    kept: list[tuple[str, ...]] = []
    monkeypatch.setattr("dashboard.worklist.answer_panel.delivery", lambda _: sent.append)
    monkeypatch.setattr("dashboard.worklist.answer_panel.record", lambda *action: kept.append(action))
    configure('[archive]\nurl = "http://127.0.0.1:9/dicom-web"\n')
    drop(worklist, ("one.dcm", radiograph(1, SeriesInstanceUID=None)), ("two.dcm", radiograph(2)))
    press(worklist, "Send 2 results to the archive")
    assert len(sent) == 1
    assert [action[:2] for action in kept] == [(Action.SENT, "result")]
    assert "one.dcm: The DICOM file has no SeriesInstanceUID." in worklist.error[0].value.replace("\\", "")


def test_with_the_reader_first_nothing_is_sent_that_was_not_seen(worklist: AppTest, configure: Configure) -> None:
    configure('[archive]\nurl = "http://127.0.0.1:9/dicom-web"\n')
    worklist.session_state[session.reader_first.name] = True
    drop(worklist, ("one.dcm", radiograph(1)))
    open_row(worklist, 0)
    assert not worklist.exception
    assert labels(worklist) == []


@pytest.mark.parametrize("text", ["", "shadow = true\n", '[archive]\nurl = "x"\n'])
def test_where_no_archive_takes_answers_none_are_offered(
    worklist: AppTest, configure: Configure, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(text)
    if not text:
        monkeypatch.delenv(VARIABLE)
    drop(worklist, ("one.dcm", radiograph(1)))
    assert not worklist.exception
    assert labels(worklist) == []
