"""Many radiographs in a real Chromium: dropped, sorted, filtered, opened and taken home."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from dashboard.shared.resources import SAMPLES
from model.io import radiograph
from model.network.classifier import Classifier
from model.network.score_table import COLUMNS
from tests.browser.rest import wait_until_at_rest
from tests.dicoms import dataset, written
from tests.pictures import chest, png

SECONDS = 60_000

# A hundred readings and their pages: seconds where nothing else runs, minutes where much does.
pytestmark = pytest.mark.timeout(900)
FINDINGS = ("normal", "pneumonia", "unsure")
SHARES = "bars => bars.map(bar => parseFloat(bar.style.width))"


@pytest.fixture
def reader(page: Page, dashboard_url: str) -> Page:
    page.goto(dashboard_url)
    page.get_by_role("link", name="Worklist", exact=True).click()
    expect(page.get_by_role("heading", name="No radiograph in the list")).to_be_visible(timeout=SECONDS)
    return page


def picture(number: int) -> bytes:
    """Radiographs that the guard knows as such, with different probabilities: samples, cut a little closer."""
    samples = sorted(file for file in SAMPLES.glob("*.jpg") if file.stem != "refused")
    margin = 1 + number // len(samples)
    with Image.open(samples[number % len(samples)]) as sample:
        width, height = sample.size
        return png(np.asarray(sample.crop((margin, margin, width - margin, height - margin)).resize((256, 240))))


def files(count: int) -> list[FilePayload]:
    return [
        {"name": f"child {number}.png", "mimeType": "image/png", "buffer": picture(number)}
        for number in range(count)
    ]


def archive(count: int) -> FilePayload:
    """As many radiographs, in folders, and two files that are none."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for number in range(count):
            opened.writestr(f"ward/{number % 3}/<b>{number}</b>.png", picture(count + number))
        opened.writestr("ward/small.png", png(chest(100, 90)))
        opened.writestr("ward/notes.txt", b"words")
    return {"name": "all.zip", "mimeType": "application/zip", "buffer": out.getvalue()}


def lines(page: Page, group: str = "") -> Locator:
    """Return the rows that are shown."""
    only = f"[data-group={group}]" if group else ""
    return page.locator(f".worklist tbody tr{only}:not([hidden])")


def test_fifty_files_and_an_archive_are_a_worklist(reader: Page) -> None:
    reader.locator("input[type=file]").first.set_input_files([*files(50), archive(50)])
    # At the first result the list is at hand, whatever is still to come.
    expect(lines(reader).first).to_be_visible(timeout=SECONDS)
    reader.get_by_test_id("name-filter").fill("CHILD 13")
    expect(lines(reader)).to_have_count(1, timeout=SECONDS)
    reader.get_by_test_id("name-filter").fill("")
    expect(lines(reader)).to_have_count(102, timeout=SECONDS)
    expect(reader.get_by_test_id("stProgress")).to_have_count(0, timeout=SECONDS)

    shares = reader.locator(".worklist .scale i").evaluate_all(SHARES)
    assert len(shares) == 100
    assert len(set(shares)) > 10
    assert shares == sorted(shares, reverse=True)
    small, notes = lines(reader).first, lines(reader).nth(101)
    expect(small).to_contain_text("Not to be trusted")
    expect(small).to_contain_text("Too small to read")
    assert "%" not in small.inner_text()
    expect(notes).to_contain_text("ward/notes.txt is not an image")
    expect(notes.get_by_role("button")).to_be_disabled()

    reader.get_by_role("button", name="Not to be trusted 1").click()
    expect(lines(reader)).to_have_count(1)
    reader.get_by_role("button", name="All 102").click()
    expect(lines(reader)).to_have_count(102)
    check_sorting(reader)

    expect(reader.get_by_role("button", name="Download the list")).to_have_count(1, timeout=SECONDS)
    # The last results draw the page once more, and a button that is pressed meanwhile is not the new one.
    expect(reader.get_by_role("button", name="Clear the list")).to_be_visible(timeout=SECONDS)
    wait_until_at_rest(reader)
    check_csv(reader)
    check_opening(reader)
    reader.set_viewport_size({"width": 390, "height": 844})
    assert reader.evaluate("document.documentElement.scrollWidth") <= 390
    reader.get_by_role("button", name="Clear the list").click()
    expect(reader.get_by_role("heading", name="No radiograph in the list")).to_be_visible(timeout=SECONDS)
    reader.get_by_role("button", name="Undo").click()
    expect(lines(reader)).to_have_count(102, timeout=SECONDS)


def check_sorting(page: Page) -> None:
    """Check that a column's title sorts by it, either way, and that every count is of what the filter leaves."""
    title = page.get_by_role("columnheader", name="Radiograph")
    title.get_by_role("button").click()
    expect(title).to_have_attribute("aria-sort", "ascending")
    expect(lines(page).first).to_contain_text("all.zip/ward/0/<b>0</b>.png")
    title.get_by_role("button").click()
    expect(lines(page).first).to_contain_text("child 49.png")
    probability = page.get_by_role("columnheader", name="Probability")
    for _ in range(2):
        probability.get_by_role("button").click()
    expect(probability).to_have_attribute("aria-sort", "ascending")
    expect(lines(page).first).to_contain_text("Not to be trusted")
    shares = page.locator(".worklist .scale i").evaluate_all(SHARES)
    assert shares == sorted(shares)
    page.get_by_test_id("name-filter").fill("child")
    expect(page.get_by_test_id("shown")).to_have_text("50 of 102 shown")
    expect(page.get_by_role("button", name="All 50")).to_be_visible()
    expect(page.get_by_role("button", name="Not to be trusted 0")).to_be_visible()
    page.get_by_test_id("name-filter").fill("")
    page.get_by_role("columnheader", name="Decision").get_by_role("button").click()
    expect(page.get_by_test_id("shown")).to_have_text("102 rows")


def check_csv(page: Page) -> None:
    with page.expect_download(timeout=SECONDS) as download:
        page.get_by_role("button", name="Download the list").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert len(rows) == 102
    assert tuple(rows[0]) == COLUMNS
    by_name = {row["file"]: row for row in rows}
    network = Classifier.load()
    for name, number in (("child 3.png", 3), ("all.zip/ward/1/<b>10</b>.png", 60)):
        expected = network.read(radiograph.read(picture(number))).probability
        assert abs(float(by_name[name]["probability"]) - expected) < 1e-5
    small = by_name["all.zip/ward/small.png"]
    assert (small["finding"], "resolution" in small["warnings"].split(";")) == ("review", True)
    assert "is not an image" in by_name["all.zip/ward/notes.txt"]["error"]


def check_opening(page: Page) -> None:
    """Check that the row that is pressed opens, and that its neighbour follows."""
    first, second = (lines(page).nth(at).get_by_role("button").inner_text() for at in (1, 2))
    probability = lines(page).nth(1).locator(".probability b").inner_text()
    lines(page).nth(1).get_by_role("button").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("viewer")).to_be_visible(timeout=SECONDS)
    expect(page.get_by_test_id("probability")).to_have_text(probability)
    expect(page.locator(".lf-file")).to_contain_text(first)
    expect(lines(page).nth(1).get_by_role("button")).to_have_attribute("aria-current", "true")
    page.locator(".st-key-worklist-next button").click()
    expect(page.locator(".lf-file")).to_contain_text(second, timeout=SECONDS)
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_test_id("viewer")).to_have_count(0, timeout=SECONDS)


def test_a_folder_with_the_reader_first_shows_no_result(reader: Page, tmp_path: Path) -> None:
    frames = np.stack([chest(240, 260, seed).astype(np.uint16) * 16 for seed in (1, 2)])
    (tmp_path / "ward" / "deep").mkdir(parents=True)
    (tmp_path / "ward" / "deep" / "two.dcm").write_bytes(written(dataset(frames, PatientName="Secret^Name")))
    reader.get_by_text("Reader first").click()
    reader.locator("input[type=file]").nth(1).set_input_files(tmp_path / "ward")
    expect(lines(reader, "hidden")).to_have_count(2, timeout=SECONDS)
    expect(reader.get_by_text("2 wait for your reading")).to_be_visible()
    expect(lines(reader).nth(1)).to_contain_text("frame 2 of 2")
    assert "%" not in reader.get_by_test_id("worklist").inner_text()
    lines(reader).nth(1).click()
    expect(reader.get_by_test_id("reader-first")).to_be_visible(timeout=SECONDS)
    reader.keyboard.press("u")
    expect_chosen(reader, "unsure")
    reader.keyboard.press("s")
    expect(reader.get_by_test_id("finding")).to_be_visible(timeout=SECONDS)
    expect(lines(reader, "hidden")).to_have_count(1, timeout=SECONDS)
    expect(lines(reader).nth(1).locator(".finding")).not_to_have_text("Waiting for your reading")
    expect(lines(reader).first).to_contain_text("Secret, Name")
    with reader.expect_download(timeout=SECONDS) as download:
        reader.get_by_role("button", name="Download the list").click()
    assert "Secret" not in Path(download.value.path()).read_text("utf-8-sig")
    title = reader.get_by_role("columnheader", name="Radiograph")
    title.get_by_role("button").click()
    wait_until_at_rest(reader)
    load_anew(reader)
    expect(lines(reader)).to_have_count(2, timeout=SECONDS)
    expect(title).to_have_attribute("aria-sort", "ascending")


def test_fifty_radiographs_are_read_by_keyboard_alone(reader: Page) -> None:
    reader.locator("input[type=file]").first.set_input_files(files(50))
    expect(lines(reader)).to_have_count(50, timeout=5 * SECONDS)
    expect(reader.get_by_test_id("stProgress")).to_have_count(0, timeout=SECONDS)
    wait_until_at_rest(reader)
    names = lines(reader).locator("th button").all_inner_texts()
    reader.keyboard.press("j")
    for at, name in enumerate(names):
        expect(reader.get_by_test_id("place")).to_have_text(f"{at + 1} of 50, {at} saved", timeout=SECONDS)
        expect(reader.locator(".lf-file").first).to_contain_text(name, timeout=SECONDS)
        finding = FINDINGS[at % len(FINDINGS)]
        reader.keyboard.press(finding[0])
        expect_chosen(reader, finding)
        reader.keyboard.press("s")
        if at == 4:
            check_reload(reader, at + 1)
    expect(reader.get_by_test_id("place")).to_have_text("50 of 50, 50 saved", timeout=SECONDS)
    reader.keyboard.press("k")
    expect(reader.get_by_test_id("place")).to_have_text("49 of 50, 50 saved", timeout=SECONDS)
    saved = lines(reader).locator(".status span").all_inner_texts()
    assert saved == [f"Saved: {FINDINGS[at % len(FINDINGS)]}" for at in range(50)]


def expect_chosen(page: Page, finding: str) -> None:
    button = page.locator(f".st-key-worklist-finding-{finding} button")
    expect(button).to_have_attribute("kind", "primary", timeout=SECONDS)


def check_reload(page: Page, saved: int) -> None:
    """Check that a page that is loaded anew goes on where it was."""
    expect(page.get_by_test_id("place")).to_have_text(f"{saved + 1} of 50, {saved} saved", timeout=SECONDS)
    wait_until_at_rest(page)
    load_anew(page)
    expect(lines(page)).to_have_count(50, timeout=SECONDS)
    wait_until_at_rest(page)


def load_anew(page: Page) -> None:
    """Load at the dashboard's own address: at a page's, Streamlit looks for its own files below that too."""
    page.goto(page.url.partition("worklist")[0])
    page.get_by_role("link", name="Worklist", exact=True).click()
