from dataclasses import replace

import numpy as np
import pytest

from model.io import radiograph
from model.network.card import load_card
from model.network.card.sections import FittedCalibration
from model.network.classifier import Classifier
from model.network.engine import Outputs
from model.network.guard import Guard
from tests.dicoms import dicom
from tests.pictures import chest, png

SHIPPED = load_card()
CARD = replace(
    SHIPPED,
    version="9.9",
    input_size=64,
    calibration=FittedCalibration(2.0, 0.5, "Platt scaling", "validation", 0.5),
    heat_map=replace(SHIPPED.heat_map, full_scale=4.0),
    hypothesis=replace(SHIPPED.hypothesis, pneumonias=[0.2, 0.9, 0.99]),
)


# Of one feature, which is the distance.
LIMITS = {"area": [0.2, 0.6]}
GUARD = Guard(np.zeros(1), np.ones(1), np.zeros((1, 0)), np.zeros(0), 1.0, 1.0, 2.0, LIMITS)


LUNGS = np.zeros((64, 64), np.float32)
LUNGS[16:56, 8:56] = 0.9


class Stub:
    """An engine that says the same of everything, and remembers what it was shown.

    A picture is ``far`` from what the guard knows, and its negative ``negative_far``.
    """

    def __init__(self, far: float = 0.0, negative_far: float = 9.0, lungs: np.ndarray = LUNGS) -> None:
        self.shown: list[np.ndarray] = []
        self._far, self._lungs = [far, negative_far], lungs

    def run(self, inputs: np.ndarray) -> Outputs:
        self.shown.append(inputs)
        features = np.array([[self._far[len(self.shown) - 1]]], np.float32)
        heat = np.full((1, 2, 2), 1.0, np.float32)
        return Outputs(np.array([[1.0, 0.0, 2.0]], np.float32), heat, self._lungs[None], features)


def test_a_reading_is_calibrated_scaled_and_signed() -> None:
    engine = Stub()
    scan = radiograph.read(png(chest()), "scan.png")
    reading = Classifier(CARD, engine, GUARD).read(scan)
    log_odds = np.log(np.exp(0) + np.exp(2)) - 1
    assert [inputs.shape for inputs in engine.shown] == [(1, 64, 64, 1)], "looked at once"
    assert reading.probability == pytest.approx(1 / (1 + np.exp(-(2 * log_odds + 0.5))))
    assert reading.p_value == 0.75, "two of three pneumonias score lower"
    assert reading.heat.tolist() == [[0.25, 0.25], [0.25, 0.25]]
    assert (reading.model_version, reading.digest, reading.warnings) == ("9.9", scan.digest, ())


def test_less_than_the_network_looks_at_is_warned_of() -> None:
    scan = radiograph.read(png(chest(60, 200)), "small.png")
    assert Classifier(CARD, Stub(), GUARD).read(scan).warnings == ("resolution",)


def test_a_picture_that_is_not_known_is_warned_of_and_its_negative_looked_at() -> None:
    scan, engine = radiograph.read(png(chest()), "scan.png"), Stub(far=5.0)
    assert Classifier(CARD, engine, GUARD).read(scan).warnings == ("not_chest_radiograph",)
    plain, negative = engine.shown
    assert np.array_equal(negative, 255 - plain)
    assert Classifier(CARD, Stub(far=5.0, negative_far=1.5), GUARD).read(scan).warnings == ("inverted",)


def test_lungs_that_a_chest_cannot_have_are_warned_of() -> None:
    scan = radiograph.read(png(chest()), "scan.png")
    assert Classifier(CARD, Stub(lungs=np.zeros_like(LUNGS)), GUARD).read(scan).warnings == ("lungs",)
    assert Classifier(CARD, Stub(far=5.0, lungs=np.zeros_like(LUNGS)), GUARD).read(scan).warnings == (
        "not_chest_radiograph",
    ), "what is no chest has no lungs"


def test_evidence_that_lies_mostly_outside_the_lungs_is_warned_of() -> None:
    corner = np.zeros_like(LUNGS)
    corner[:30, :30] = 1
    scan = radiograph.read(png(chest()), "scan.png")
    assert Classifier(CARD, Stub(lungs=corner), GUARD).read(scan).warnings == ("evidence",)
    faint = replace(CARD, heat_map=replace(CARD.heat_map, full_scale=40.0))
    assert Classifier(faint, Stub(lungs=corner), GUARD).read(scan).warnings == (), "a map that shows nothing"


def test_what_the_file_says_is_warned_of_beside_what_is_seen() -> None:
    pixels = chest(60, 200).astype(np.uint16) * 16
    scan = radiograph.read(dicom(pixels, PatientAge="054Y", ViewPosition="LL", BodyPartExamined="HAND"), "hand.dcm")
    reading = Classifier(CARD, Stub(far=5.0), GUARD).read(scan)
    assert reading.warnings == ("not_chest_radiograph", "resolution", "age", "view", "body_part")


def test_the_shipped_network_reads_any_coding_alike() -> None:
    classifier = Classifier.load()
    pixels = chest(300, 280)
    eight = classifier.read(radiograph.read(png(pixels))).probability
    sixteen = classifier.read(radiograph.read(png(pixels.astype(np.uint16) * 257))).probability
    assert 0 <= eight <= 1
    assert sixteen == pytest.approx(eight, abs=1e-4)
