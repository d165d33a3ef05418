"""Radiographs dropped on the page, in a real Chromium."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from dashboard.shared.resources import SAMPLES
from model.io import radiograph
from model.network.classifier import Classifier
from tests.browser.rest import wait_until_at_rest
from tests.dicoms import dataset, written
from tests.pictures import chest, coded, png, promised_png

SECONDS = 60_000
TRUSTED = SAMPLES / "virus_2.jpg"
"""A radiograph that the guard knows as one, unlike the made-up chests."""
DRAWN = """canvas => {
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [canvas.width, canvas.height];
    const context = copy.getContext("2d");
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, copy.width, copy.height);
    return [...new Set(data.filter((_, at) => at % 4 === 0))];
}"""
"""The distinct reds of the canvas."""


@pytest.fixture
def reader(page: Page, dashboard_url: str) -> Page:
    page.goto(dashboard_url)
    expect(page.locator("input[type=file]")).to_be_attached(timeout=SECONDS)
    return page


def open_sample(page: Page, name: str) -> None:
    """Press a sample's picture, where the samples are, or where they are folded away, and fold again."""
    # Its foot holds the name; the middle of the button is the middle of the picture.
    sample = page.get_by_role("button", name=name, exact=True)
    folded = page.get_by_role("button", name="Samples")
    if folded.count():
        folded.click()
    sample.click()
    expect(sample).to_have_count(0, timeout=SECONDS)


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    payload: list[FilePayload] = [
        {"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files
    ]
    page.locator("input[type=file]").set_input_files(payload)


def test_a_radiograph_gets_its_probability_and_heat_map(reader: Page) -> None:
    data = TRUSTED.read_bytes()
    drop(reader, (TRUSTED.name, data))
    probability = reader.get_by_test_id("probability")
    expect(probability).to_be_visible(timeout=SECONDS)
    expected = Classifier.load().read(radiograph.read(data)).probability
    assert probability.inner_text().rstrip(" %").split()[-1] in {f"{100 * expected:.1f}", "0.1", "99.9"}
    viewer = reader.get_by_test_id("viewer")
    expect(viewer).to_have_attribute("data-overlay", "on", timeout=SECONDS)
    expect(reader.get_by_test_id("overlay")).to_contain_text("more evidence")
    greys = reader.get_by_test_id("radiograph").evaluate(DRAWN)
    assert len(greys) > 50


def test_the_overlay_is_switched_and_faded_in_the_browser(reader: Page) -> None:
    drop(reader, (TRUSTED.name, TRUSTED.read_bytes()))
    viewer = reader.get_by_test_id("viewer")
    expect(viewer).to_have_attribute("data-overlay", "on", timeout=SECONDS)
    # The server's messages would come over the socket; from here on none may be sent.
    reader.evaluate("() => { WebSocket.prototype.send = () => { throw new Error('a round trip'); }; }")
    opacity = reader.get_by_test_id("overlay-opacity")
    opacity.fill("25")
    expect(viewer).to_have_attribute("data-opacity", "25")
    reader.get_by_test_id("overlay-switch").uncheck()
    expect(viewer).to_have_attribute("data-overlay", "off")
    expect(opacity).to_be_disabled()
    reader.get_by_test_id("overlay-switch").check()
    expect(viewer).to_have_attribute("data-overlay", "on")
    expect(viewer).to_have_attribute("data-opacity", "25")


def test_what_is_not_to_be_trusted_shows_no_number_until_it_is_asked_for(reader: Page) -> None:
    drop(reader, ("noise.png", png(np.random.default_rng(0).integers(0, 256, (300, 300)).astype(np.uint8))))
    expect(reader.get_by_test_id("finding")).to_contain_text("Not like a chest", timeout=SECONDS)
    viewer = reader.get_by_test_id("viewer")
    expect(viewer).to_have_attribute("data-mapped", "false", timeout=SECONDS)
    expect(reader.get_by_test_id("probability")).to_have_count(0)
    reader.get_by_role("button", name="Show anyway").click()
    expect(reader.get_by_test_id("probability")).to_be_visible(timeout=SECONDS)
    expect(viewer).to_have_attribute("data-mapped", "true", timeout=SECONDS)
    expect(viewer).to_have_attribute("data-overlay", "off")
    colour = reader.get_by_test_id("probability").evaluate("it => getComputedStyle(it).color.match(/[0-9]+/g)")
    red, green, blue = map(int, colour[:3])
    assert max(red, green, blue) - min(red, green, blue) < 25, "grey"


def test_a_dicom_files_own_windows_and_sides_are_in_the_viewer(reader: Page) -> None:
    made = dataset(
        chest(300, 280).astype(np.uint16) * 12,
        PatientName="Secret^Name",
        ViewPosition="AP",
        PatientOrientation=["L", "F"],
        WindowCenter=[1500, 700],
        WindowWidth=[2000, 900],
        WindowCenterWidthExplanation=["STANDARD", "LUNG"],
    )
    drop(reader, ("scan.dcm", written(made)))
    viewer = reader.get_by_test_id("viewer")
    # A linear window of width w spans w whole values and so w - 1 steps (PS3.3 C.11.2.1.2.1).
    expect(viewer).to_have_attribute("data-width", "1999", timeout=SECONDS)
    options = reader.get_by_test_id("presets").locator("option")
    assert options.all_inner_texts()[:3] == ["STANDARD", "LUNG", "Full range"]
    reader.get_by_test_id("stage").press("2")
    expect(viewer).to_have_attribute("data-centre", "699.5")
    expect(reader.get_by_test_id("view-label")).to_have_text("AP")
    expect(reader.get_by_test_id("edge-left")).to_have_text("R")
    expect(reader.get_by_text("Secret")).to_have_count(0)


def test_several_are_read_and_bad_ones_do_not_stop_the_page(reader: Page) -> None:
    jpeg = coded(Image.fromarray(chest()), "JPEG")
    said = reader.get_by_test_id("stAlert")
    drop(reader, ("cut.jpeg", jpeg[: len(jpeg) // 2]), ("words.png", b"these are words"), ("empty.png", b""))
    for message in ("cut.jpeg is damaged or cut off", "words.png is not an image", "empty.png is empty"):
        expect(said.filter(has_text=message)).to_have_count(1, timeout=SECONDS)
    drop(reader, ("good.jpeg", jpeg), ("huge.png", promised_png(40_000, 40_000)))
    expect(reader.get_by_test_id("finding")).to_have_count(1, timeout=SECONDS)
    expect(said.filter(has_text="huge.png holds far more")).to_have_count(1)
    expect(said.filter(has_text="cut.jpeg is damaged")).to_have_count(1)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_sample_opens_and_nothing_scrolls_sideways(reader: Page, width: int) -> None:
    reader.set_viewport_size({"width": width, "height": 900})
    open_sample(reader, "Viral 1")
    expect(reader.get_by_test_id("probability")).to_be_visible(timeout=SECONDS)
    assert reader.evaluate("() => document.documentElement.scrollWidth") <= width


def test_the_result_is_in_the_first_screen(reader: Page) -> None:
    open_sample(reader, "Viral 1")
    expect(reader.get_by_test_id("viewer")).to_have_attribute("data-frames", "1", timeout=SECONDS)
    for part in ("finding", "probability", "worth", "viewer"):
        bounds = reader.get_by_test_id(part).bounding_box()
        assert bounds and bounds["y"] + bounds["height"] <= 900, part


def test_the_threshold_set_on_the_other_page_is_used(reader: Page) -> None:
    open_sample(reader, "Normal 1")
    finding = reader.get_by_test_id("finding")
    expect(finding).to_have_text("Below the alarm threshold", timeout=SECONDS)
    reader.get_by_role("link", name="See other thresholds").click()
    slider = reader.get_by_test_id("threshold")
    expect(slider).to_be_visible(timeout=SECONDS)
    slider.press("Home")
    slider.blur()
    # The address names the threshold once the server has it.
    reader.wait_for_url("**threshold=*", timeout=SECONDS)
    reader.get_by_role("link", name="Read", exact=True).first.click()
    expect(finding).to_have_text("Pneumonia suspected", timeout=SECONDS)


def test_back_means_back(reader: Page) -> None:
    drop(reader, (TRUSTED.name, TRUSTED.read_bytes()))
    finding = reader.get_by_test_id("finding")
    expect(finding).to_be_visible(timeout=SECONDS)
    reader.get_by_role("link", name="See other thresholds").click()
    expect(reader.get_by_test_id("threshold")).to_be_visible(timeout=SECONDS)
    # What the page does to its address comes once it has run: that must be no step of its own.
    wait_until_at_rest(reader)
    reader.go_back()
    expect(finding).to_be_visible(timeout=SECONDS)
    expect(reader.locator(".lf-file")).to_contain_text(TRUSTED.name)


def test_many_go_straight_to_the_worklist(reader: Page) -> None:
    drop(reader, *((f"{number}.png", png(chest(seed=number))) for number in range(4)))
    expect(reader.get_by_role("heading", name="Worklist")).to_be_visible(timeout=SECONDS)
    expect(reader.get_by_role("status").filter(has_text="4 rows")).to_be_visible(timeout=SECONDS)


def test_policy_prevalence_and_the_heat_maps_test_are_asked_for_on_the_page(reader: Page) -> None:
    reader.set_viewport_size({"width": 390, "height": 900})
    open_sample(reader, "Bacterial 1")
    strip = reader.locator(".lf-strip").get_by_role("img")
    expect(strip).to_be_visible(timeout=SECONDS)
    assert "pneumonias score as high or higher; threshold" in (strip.get_attribute("aria-label") or "")
    wait_until_at_rest(reader)
    reader.get_by_role("button", name="finds at least").click()
    reader.get_by_text("Two thresholds, a human between them", exact=True).click()
    expect(strip.locator("u")).to_have_count(2, timeout=SECONDS)
    reader.keyboard.press("Escape")
    reader.get_by_role("button", name="This hospital: prevalence not set").click()
    field = reader.get_by_label("how many have pneumonia?")
    field.fill("5")
    field.press("Enter")
    expect(reader.get_by_test_id("chance-here")).to_be_visible(timeout=SECONDS)
    reader.keyboard.press("Escape")
    reader.get_by_text("Does the probability hang on what is highlighted?").click()
    expect(reader.get_by_test_id("heat-map-test")).to_contain_text("tenth", timeout=SECONDS)
    assert reader.evaluate("() => document.documentElement.scrollWidth") <= 390


SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "samples"


def test_no_sample_is_too_small_to_be_read() -> None:
    sizes = [Image.open(file).size for file in SHIPPED.glob("*.jpg")]
    assert len(sizes) >= 8
    assert min(min(size) for size in sizes) >= 224


def test_every_frame_of_a_dicom_file_is_read_and_marked(page: Page, dashboard_url: str) -> None:
    frames = np.stack([chest(240, 260, seed).astype(np.uint16) * 16 for seed in (1, 2)])
    file = written(dataset(frames, ViewPosition="AP", PatientName="Secret^Name"))
    page.goto(dashboard_url)
    page.locator("input[type=file]").set_input_files(
        {"name": "two.dcm", "mimeType": "application/dicom", "buffer": file}
    )
    expect(page.get_by_test_id("finding")).to_have_count(2, timeout=30_000)
    expect(page.get_by_text("12 bit, frame 2 of 2")).to_be_visible()
    for left in (2, 1):
        expect(page.get_by_role("button", name="Show anyway")).to_have_count(left, timeout=SECONDS)
        page.get_by_role("button", name="Show anyway").first.click()
    expect(page.get_by_text("Keep the patient's identity")).to_have_count(2, timeout=SECONDS)
    assert "Secret" not in page.content()


@pytest.mark.filterwarnings("ignore:.*VR CS")
def test_words_of_a_file_are_shown_and_not_obeyed(reader: Page) -> None:
    modality = "![*X*](HTTPS://OTHER.EXAMPLE/P.PNG)"
    pixels = chest(240, 260).astype(np.uint16) * 16
    drop(reader, ("a_b_c.dcm", written(dataset(pixels, Modality=modality))), ("[l](www.other.example)", b"words"))
    alerts = reader.get_by_test_id("stAlert")
    expect(alerts).to_have_count(2, timeout=SECONDS)
    first, second = (words.replace("\N{WORD JOINER}", "") for words in alerts.all_inner_texts())
    assert f"a_b_c.dcm is of modality {modality}." in first
    assert "[l](www.other.example) is not an image" in second
    expect(alerts.locator("img, a, em")).to_have_count(0)
