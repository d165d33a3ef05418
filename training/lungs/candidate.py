"""A trained lung reader as what measures networks asks for it."""

from pathlib import Path

import keras
import numpy as np

from model.metrics import calibration
from training.lungs import fit, served

BATCH = 32


class Candidate:
    """The served network, run by Keras over radiographs, uint8 of shape (n, size, size)."""

    def __init__(self, reader: keras.Model) -> None:
        self._network = served.served(reader)

    def outputs(self, images: np.ndarray) -> dict[str, np.ndarray]:
        """Every output of ``served`` but the guard's features, of n radiographs."""
        parts = [self._outputs(images[start : start + BATCH]) for start in range(0, len(images), BATCH)]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def _outputs(self, images: np.ndarray) -> dict[str, np.ndarray]:
        answers = self._network.predict_on_batch(images[..., None].astype(np.float32))
        return {name: np.asarray(answers[name]) for name in ("logits", "heat", "lungs")}

    def log_odds(self, images: np.ndarray) -> np.ndarray:
        """Pneumonia's log-odds, float64 of shape (n,)."""
        return calibration.log_odds(self.outputs(images)["logits"])

    def heat(self, images: np.ndarray) -> np.ndarray:
        """Evidence for pneumonia, float32 of shape (n, rows, columns), not negative."""
        return self.outputs(images)["heat"]

    def lungs(self, images: np.ndarray) -> np.ndarray:
        """Probability of lung, float32 of shape (n, size, size)."""
        return self.outputs(images)["lungs"]


def from_file(file: Path) -> Candidate:
    """Load a finished ``network.keras``."""
    return Candidate(keras.saving.load_model(file, compile=False))


def from_epoch(file: Path, backbone_weights: Path | None, settings: fit.Settings) -> Candidate:
    """Load the averaged weights of one epoch, ``PHASE-NN.weights.h5``."""
    learner = fit.learner(settings, backbone_weights)
    learner.load_weights(file)
    reader = fit.built(settings, backbone_weights)
    reader.set_weights(learner.get_weights())
    return Candidate(reader)
