"""The server's log, after files with telling names and headers went through the pages."""

import json
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import APP, served
from tests.browser.rest import wait_until_at_rest
from tests.dashboard.worklist.examples import archive
from tests.dicoms import dicom
from tests.pictures import chest, png

SECONDS = 60_000
TELLING = ("Jane", "Doe", "4711")


def file(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


@pytest.mark.parametrize("kind", ["json", "plain"])
def test_no_file_and_no_patient_is_in_the_log(page: Page, tmp_path: Path, kind: str) -> None:
    whole = dicom(
        chest(240, 260).astype(np.uint16) * 16,
        # Not one of its values is what DICOM expects of it.
        PatientName="Doe^Jane" * 20,
        PatientID="4711 " * 20,
        PatientAge="Jane is four",
        PatientBirthDate="Doe, 2019",
    )
    files = [
        file("Jane Doe 4711.png", png(chest())),
        file("Doe^Jane.dcm", whole),
        file("Jane Doe cut.dcm", whole[: len(whole) // 2]),
    ]
    crowd = archive(
        {f"Doe/Jane {number}.png": png(chest(seed=number)) for number in range(4)} | {"Jane.txt": b"Doe"}
    )
    with served(APP, tmp_path, environment={"LUNGFIELD_LOG": kind}) as url:
        page.goto(url)
        page.locator("input[type=file]").set_input_files(files, timeout=SECONDS)
        expect(page.get_by_role("button", name="Close Jane Doe cut.dcm")).to_be_visible(timeout=SECONDS)
        expect(page.get_by_text("Jane Doe 4711.png").first).to_be_visible(timeout=SECONDS)
        page.get_by_role("link", name="Worklist", exact=True).click()
        page.locator("input[type=file]").first.set_input_files(file("Jane Doe.zip", crowd), timeout=SECONDS)
        expect(page.get_by_role("button", name="Clear the list")).to_be_visible(timeout=SECONDS)
        wait_until_at_rest(page)
        with page.expect_download(timeout=SECONDS):
            page.get_by_role("button", name="Download the list").click(timeout=SECONDS)
    log = (tmp_path / "server.log").read_text()
    assert not [word for word in TELLING if word in log], log
    if kind == "json":
        events = [json.loads(line) for line in log.splitlines() if not line.startswith("Lungfield: http://")]
        assert "GET /" not in log, "expected no address of what was downloaded"
        assert sum(event["message"] == "reading" for event in events) >= 2
        assert any(event["message"] == "refusal" and event["what"] == "file" for event in events)
