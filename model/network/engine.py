"""Run the network: LiteRT in the dashboard, Keras as the reference, behind one interface."""

import threading
import zipfile
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from model.network.card import ARTIFACT, KERAS_FILE, LITERT_FILE, ArtifactMismatch, Card, verified_bytes
from model.network.card.parsing import RESTORE

THREADS = 2
"""Of one reading; a process a core reads on one."""


class Outputs(NamedTuple):
    """The network's outputs for n radiographs, float32.

    ``logits``: shape (n, 3): normal, bacterial, viral. ``heat``: shape (n, rows, columns), Grad-CAM of pneumonia's
    log-odds, not negative. ``lungs``: shape (n, size, size), the probability of lung, 0 to 1. ``features``: shape
    (n, k), pooled features of an inner layer, for the guard (``model/network/guard.py``).
    """

    logits: np.ndarray
    heat: np.ndarray
    lungs: np.ndarray
    features: np.ndarray


class Engine(Protocol):
    """A runtime of the network."""

    def run(self, inputs: np.ndarray) -> Outputs:
        """Run one pass; ``inputs`` is float32 of shape (n, size, size, 1), 0 to 255."""
        ...


class LiteRT:
    """The converted network, one radiograph at a time; safe to share between threads."""

    def __init__(self, network: bytes, threads: int = THREADS) -> None:
        self._runner = _interpreter(network, threads).get_signature_runner()
        # An interpreter has one set of tensors: two readers at once would mix their radiographs.
        self._lock = threading.Lock()

    def run(self, inputs: np.ndarray) -> Outputs:
        with self._lock:
            passes = [self._runner(radiograph=row[None]) for row in inputs.astype(np.float32)]
        return Outputs(*(np.concatenate([outputs[name] for outputs in passes]) for name in Outputs._fields))


def _interpreter(network: bytes, threads: int) -> Any:
    """Make an interpreter of LiteRT's own package, or of TensorFlow's copy where that has no wheel."""
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        from tensorflow.lite import Interpreter
    return Interpreter(model_content=network, num_threads=threads)


class Keras:
    """The source network on TensorFlow."""

    def __init__(self, file: Path) -> None:
        import keras

        self._network = keras.saving.load_model(file, compile=False, safe_mode=True)

    def run(self, inputs: np.ndarray) -> Outputs:
        outputs = self._network.predict(inputs.astype(np.float32), batch_size=32, verbose=0)
        return Outputs(**{name: np.asarray(outputs[name]) for name in Outputs._fields})


def load_litert(card: Card, folder: Path = ARTIFACT, threads: int = THREADS) -> LiteRT:
    """Load the LiteRT network that belongs to a card; raises ``ArtifactMismatch`` for any other."""
    data = verified_bytes(card, folder / LITERT_FILE)
    try:
        return LiteRT(data, threads)
    except ValueError as problem:
        raise ArtifactMismatch(
            f"{folder / LITERT_FILE}: expected a network that LiteRT runs; received {len(data)} bytes that are "
            f"none. {RESTORE}"
        ) from problem


def load_keras_reference(card: Card, folder: Path = ARTIFACT) -> Keras:
    """Load the Keras network that belongs to a card; raises ``ArtifactMismatch`` for any other.

    One that carries Python code of its own, as a Lambda layer does, is refused and its code never run.
    """
    verified_bytes(card, folder / KERAS_FILE)
    try:
        return Keras(folder / KERAS_FILE)
    except (OSError, TypeError, ValueError, zipfile.BadZipFile) as problem:
        raise ArtifactMismatch(
            f"{folder / KERAS_FILE}: expected a whole network of Keras without code of its own; this file is none. "
            f"{RESTORE}"
        ) from problem
