import numpy as np
import pytest

from model import radiograph
from model.card import Card
from model.classifier import Classifier, Reading
from model.engine import Outputs
from tests.pictures import chest, png

CARD = Card(
    {
        "version": "9.9",
        "input_size": 64,
        "calibration": {"slope": 2.0, "intercept": 0.5},
        "heat_map": {"full_scale": 4.0},
        "hypothesis": {"pneumonias": [0.2, 0.9, 0.99]},
    }
)


class Stub:
    """An engine that says the same of everything, and remembers what it was shown."""

    def run(self, inputs: np.ndarray) -> Outputs:
        self.shown = inputs
        return Outputs(np.array([[1.0, 0.0, 2.0]], np.float32), np.full((1, 2, 2), 1.0, np.float32))


def test_a_reading_is_calibrated_scaled_and_signed() -> None:
    engine = Stub()
    scan = radiograph.read(png(chest()), "scan.png")
    reading = Classifier(CARD, engine).read(scan)
    log_odds = np.log(np.exp(0) + np.exp(2)) - 1
    assert engine.shown.shape == (1, 64, 64, 1)
    assert reading.probability == pytest.approx(1 / (1 + np.exp(-(2 * log_odds + 0.5))))
    assert reading.p_value == 0.75, "two of three pneumonias score lower"
    assert reading.heat.tolist() == [[0.25, 0.25], [0.25, 0.25]]
    assert (reading.model_version, reading.digest, reading.warnings) == ("9.9", scan.digest, ())


def test_less_than_the_network_looks_at_is_warned_of() -> None:
    scan = radiograph.read(png(chest(60, 200)), "small.png")
    assert Classifier(CARD, Stub()).read(scan).warnings == ("resolution",)


@pytest.mark.parametrize(
    ("probability", "warnings", "finding"),
    [(0.5, (), "pneumonia"), (0.4999, (), "normal"), (0.9, ("resolution",), "review")],
)
def test_the_threshold_itself_is_pneumonia_and_a_warning_decides_nothing(
    probability: float, warnings: tuple[str, ...], finding: str
) -> None:
    reading = Reading(probability, 0.5, np.zeros((7, 7)), warnings, "1", "")
    assert reading.finding(0.5) == finding


def test_the_shipped_network_reads_any_coding_alike() -> None:
    classifier = Classifier.load()
    pixels = chest(300, 280)
    eight = classifier.read(radiograph.read(png(pixels))).probability
    sixteen = classifier.read(radiograph.read(png(pixels.astype(np.uint16) * 257))).probability
    assert 0 <= eight <= 1
    assert sixteen == pytest.approx(eight, abs=1e-4)
