"""Sample radiographs from a made-up chest, and the shipped ones against their entries."""

import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.io import radiograph
from model.network.classifier import Classifier
from model.network.finding import Finding
from model.network.policy import card_policies
from tests.training.test_registration import moved, ribbed_chest, shift
from training import samples
from training.dataset import UnknownDataLayout

SHIPPED = Path(__file__).parents[2] / "assets" / "samples"
ENTRIES = json.loads((SHIPPED / "samples.json").read_text())
SHIFTS = [(-4, 3), (4, -3), (6, 2), (-6, -2), (3, 5), (-3, -5), (1, -4), (-1, 4)]


def test_composite_of_shifted_copies_is_the_chest() -> None:
    mean, registered = samples.composite([moved(ribbed_chest(), shift(*by)) for by in SHIFTS])
    assert min(mean.shape) > 130
    assert registered.shape == (len(SHIFTS), *mean.shape)
    agreement = cv2.matchTemplate(ribbed_chest(), mean, cv2.TM_CCOEFF_NORMED)
    assert agreement.max() > 0.99


def test_trimmed_mean_leaves_one_bright_and_one_dark_patient_out() -> None:
    stack = np.full((10, 4, 4), 0.5, np.float32)
    stack[3], stack[7] = 9.0, -5.0
    np.testing.assert_allclose(samples.trimmed_mean(stack, np.ones_like(stack)), 0.5, atol=1e-5)


@pytest.mark.parametrize("absent", [0, 1, 2])
def test_no_patient_gives_more_than_an_eighth(absent: int) -> None:
    values = np.arange(10, dtype=np.float32)[:, None, None]
    weights = np.ones_like(values)
    weights[:absent] = 0
    before = samples.trimmed_mean(values, weights)
    for patient in range(10):
        nudged = values.copy()
        nudged[patient] += 0.5  # less than a rank, so that the order stays
        assert abs(samples.trimmed_mean(nudged, weights) - before).item() <= 0.5 / 8 + 1e-5


@pytest.mark.parametrize("count", [0, 1, 7])
def test_fewer_than_eight_patients_are_refused(count: int) -> None:
    with pytest.raises(
        samples.TooFewPatients, match=rf"expected at least 8 patients of one kind, got {count}\. .*Put more"
    ):
        samples.composite([ribbed_chest()] * count)
    with pytest.raises(samples.TooFewPatients, match=f"got {count}"):
        samples.choose_patients(np.eye(count), 2)


def test_samples_have_different_references_and_prefer_unused_patients() -> None:
    similarity = np.full((24, 24), 0.6)
    similarity[:12, :12] = similarity[12:, 12:] = 0.61
    first, second = samples.choose_patients(similarity, 2)
    assert first[0] != second[0]
    assert len(first) == len(set(first)) == samples.PATIENTS
    assert not set(first) & set(second)


@pytest.mark.parametrize("brightness", [0.0, 0.2])
def test_markers_are_painted_over_and_bone_is_not(brightness: float) -> None:
    plain = cv2.GaussianBlur(ribbed_chest(), (0, 0), 2.0) + np.float32(brightness)
    letter = np.zeros(plain.shape, np.uint8)
    cv2.putText(letter, "R", (8, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 255, 2)
    lettered = np.where(letter > 0, np.float32(1), np.minimum(plain, 0.88))
    cleaned = samples.paint_over_markers(lettered)
    np.testing.assert_allclose(samples.paint_over_markers(np.minimum(plain, 0.88)), np.minimum(plain, 0.88))
    assert cleaned.max() < 0.9
    np.testing.assert_array_equal(cleaned[60:], lettered[60:])


def test_found_is_the_largest_rectangle_without_a_gap() -> None:
    shared = np.zeros((20, 30), bool)
    shared[3:18, 4:28] = True
    shared[3:6, 4:10] = False
    assert samples.largest_rectangle(shared) == (slice(6, 18), slice(4, 28))


def test_the_contrast_of_detail_is_restored() -> None:
    sharp = ribbed_chest()
    faded = cv2.GaussianBlur(sharp, (0, 0), 1.5)
    restored, left = (samples.restore_detail(faded, like[None]) for like in (sharp, faded))
    assert restored.dtype == np.uint8
    assert (restored.min(), restored.max()) == (0, 255)
    of_sharp, of_restored, of_left = (
        samples.split_octaves(image.astype(np.float32))[1].std() / image.std() for image in (sharp, restored, left)
    )
    assert of_left < 0.9 * of_restored
    assert of_restored == pytest.approx(of_sharp, rel=0.15)  # octaves overlap, and the gain has a limit


def test_a_folder_of_another_layout_is_refused(tmp_path: Path) -> None:
    (tmp_path / "NORMAL").mkdir()
    with pytest.raises(UnknownDataLayout, match="missing: PNEUMONIA"):
        samples.load_patients(tmp_path)


def test_what_is_shipped_is_four_normal_four_pneumonia_a_doubtful_and_a_refused() -> None:
    kinds = [(entry["class"], entry["subtype"]) for entry in ENTRIES]
    assert kinds.count(("normal", "normal")) == 4
    assert kinds.count(("pneumonia", "bacteria")) == kinds.count(("pneumonia", "virus")) == 2
    assert len({entry["sha256"] for entry in ENTRIES}) == len(ENTRIES) == 10
    assert kinds[8:] == [("doubtful", "doubtful"), ("refused", "refused")]
    images = {file.name for file in SHIPPED.iterdir()} - {"samples.json"}
    assert images == {entry["file"] for entry in ENTRIES}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
def test_shipped_sample_is_what_its_entry_says(entry: dict) -> None:
    content = (SHIPPED / entry["file"]).read_bytes()
    scan = radiograph.read(content, entry["file"])
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert (scan.width, scan.height) == (entry["width"], entry["height"])
    assert entry["patients"] >= samples.FEWEST
    assert len(content) < 400_000


def test_a_blend_reaches_the_probability_that_is_wanted() -> None:
    dark, bright = np.zeros((8, 8), np.float32), np.ones((8, 8), np.float32)
    blend = samples.blend_to_probability(dark, bright, lambda pixels: pixels.mean() / 255, 0.75)
    assert blend.mean() / 255 == pytest.approx(0.75, abs=0.01)
    with pytest.raises(
        ValueError, match=r"expected probabilities on either side of 0\.750; received 0\.000 and 0\.000"
    ):
        samples.blend_to_probability(dark, dark, lambda pixels: pixels.mean() / 255, 0.75)


@pytest.mark.slow
def test_the_network_doubts_the_doubtful_sample_and_refuses_the_refused() -> None:
    classifier = Classifier.load()
    by_class = {
        entry["class"]: classifier.read(radiograph.read((SHIPPED / entry["file"]).read_bytes()))
        for entry in ENTRIES
    }
    made = "make it anew for this network: python -m training.samples --derive"
    doubtful, default = by_class["doubtful"], card_policies(classifier.card)["default"]
    assert default.finding(doubtful) is Finding.DOUBTFUL, made
    assert by_class["refused"].warnings, made
