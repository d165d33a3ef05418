"""A reading downloaded as files, in a real Chromium."""

import json
from pathlib import Path

import pydicom
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.pictures import chest, png

SECONDS = 60_000


def test_a_reading_is_downloaded_in_four_forms(page: Page, dashboard_url: str, tmp_path: Path) -> None:
    page.goto(dashboard_url)
    expect(page.locator("input[type=file]")).to_be_attached(timeout=SECONDS)
    page.locator("input[type=file]").set_input_files(
        {"name": "scan.png", "mimeType": "image/png", "buffer": png(chest(400, 360))}
    )
    page.get_by_role("button", name="Show anyway").click(timeout=SECONDS)
    probability = page.get_by_test_id("probability")
    expect(probability).to_be_visible(timeout=SECONDS)
    text = " ".join(PdfReader(pressed(page, "PDF report", tmp_path)).pages[0].extract_text().split())
    assert probability.inner_text() in text
    assert "scan.png" in text
    assert pydicom.dcmread(pressed(page, "DICOM picture", tmp_path)).pixel_array.shape[1:] == (640, 3)
    assert pydicom.dcmread(pressed(page, "DICOM report", tmp_path)).Modality == "SR"
    assert json.loads(pressed(page, "FHIR report", tmp_path).read_bytes())["resourceType"] == "DiagnosticReport"


def pressed(page: Page, label: str, folder: Path) -> Path:
    """Return the file that a button downloads."""
    with page.expect_download(timeout=SECONDS) as download:
        page.get_by_role("button", name=label).click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file
