"""Measure other engines against the one that is shipped: speed, decisions turned on validation, and heat maps.

    pip install openvino ai-edge-quantizer
    python -m benchmarks.engines --data DIR [--originals DIR] [--write]

Set beside LiteRT in floating point, in turn, on one thread and on two: OpenVINO in floating point, and LiteRT with
weights and activations of 8 bits, quantised statically (calibrated on radiographs of the fit split). One that is
at least 1.5 times as fast, turns at most 2 validation decisions and none of the originals may become the default.
Neither package is needed for anything else, and none is a requirement. ``--write`` puts the table into
``benchmarks/README.md``.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.scaling import made_on
from benchmarks.timing import seconds
from model.metrics.calibration import log_odds
from model.network import engine, gradcam
from model.network.card import ARTIFACT, LITERT_FILE, load_card
from model.network.engine import Engine, Outputs
from training import dataset
from training.figures import inserted

DOCUMENT = Path(__file__).with_name("README.md")
ROUNDS = 40
CALIBRATION = 117
"""Radiographs that the ranges of activations are taken from."""


class Quantised:
    """A LiteRT network whose inputs and outputs are integers."""

    def __init__(self, network: bytes, threads: int) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._runner = Interpreter(model_content=network, num_threads=threads).get_signature_runner()
        (self._name, self._input), *_ = self._runner.get_input_details().items()
        self._outputs = self._runner.get_output_details()

    def run(self, inputs: np.ndarray) -> Outputs:
        scale, zero = self._input["quantization"]
        limits = np.iinfo(self._input["dtype"])
        given = np.clip(np.rint(inputs / scale + zero), limits.min, limits.max).astype(limits.dtype)
        found = self._runner(**{self._name: given})
        return Outputs(*(self._floats(name, found[name]) for name in Outputs._fields))

    def _floats(self, name: str, values: np.ndarray) -> np.ndarray:
        scale, zero = self._outputs[name]["quantization"]
        return (values.astype(np.float32) - zero) * scale if scale else values


class OpenVino:
    """The LiteRT file, read by OpenVINO."""

    def __init__(self, threads: int) -> None:
        import openvino

        network = openvino.Core().read_model(ARTIFACT / LITERT_FILE)
        size = load_card().input_size
        network.reshape([1, size, size, 1])
        settings = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
        compiled = openvino.Core().compile_model(network, "CPU", settings | {"INFERENCE_PRECISION_HINT": "f32"})
        self._request: Any = compiled.create_infer_request()
        self._by_shape = {output.shape: name for name, output in _shapes(threads).items()}

    def run(self, inputs: np.ndarray) -> Outputs:
        found = self._request.infer([inputs.astype(np.float32)])
        return Outputs(**{self._by_shape[values.shape]: values for values in found.values()})


def _shapes(threads: int) -> dict[str, np.ndarray]:
    """Return the shipped network's outputs by name: OpenVINO forgets the names, but each has a shape of its own."""
    size = load_card().input_size
    return engine.load_litert(load_card(), threads=threads).run(np.zeros((1, size, size, 1)))._asdict()


def quantised(images: np.ndarray) -> bytes:
    """Quantise the shipped network to 8 bits; ``images`` are uint8 of shape (n, size, size)."""
    from ai_edge_quantizer import quantizer, recipe

    made = quantizer.Quantizer(str(ARTIFACT / LITERT_FILE), recipe.static_wi8_ai8())
    given = [{"radiograph": image[None, ..., None].astype(np.float32)} for image in images]
    ranges = made.calibrate({"serving_default": given})
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "network.tflite"
        made.quantize(ranges).export_model(str(file))
        return file.read_bytes()


def ratio(shipped: Engine, other: Engine, image: np.ndarray) -> float:
    """Return how many times as fast another engine is, the two in turn."""
    ways: list[Callable[[], object]] = [lambda: shipped.run(image), lambda: other.run(image)]
    for way in ways:
        way()
    rounds = [[seconds(way) for way in ways] for _ in range(ROUNDS)]
    return median(one / two for one, two in rounds)


def read_all(network: Engine, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what is called pneumonia at the default threshold, bool of shape (n,), and the heat maps."""
    card = load_card()
    passes = [network.run(image[None, ..., None].astype(np.float32)) for image in images]
    logits = np.concatenate([outputs.logits for outputs in passes])
    called = card.calibration.probability(log_odds(logits)) >= card.default_threshold
    return called, np.concatenate([outputs.heat for outputs in passes])


def likeness(maps: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the correlation of each map that shows anything with the other engine's."""
    least = gradcam.VISIBLE * load_card().heat_map.full_scale
    shown = [row for row, heat in enumerate(maps) if heat.max() >= least]
    return np.array([np.corrcoef(maps[row].ravel(), others[row].ravel())[0, 1] for row in shown])


def main() -> None:
    """Print how fast each engine is, and how many decisions it turns."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engines", description="Other engines.")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and test/")
    parser.add_argument("--originals", type=Path, help="folder with NORMAL/ and PNEUMONIA/ as published")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    options = parser.parse_args()
    card, splits = load_card(), dataset.split(options.data)
    fit = splits["fit"][:: len(splits["fit"]) // CALIBRATION]
    sets = {"validation": dataset.load_images(options.data, splits["validation"], card.input_size)}
    if options.originals:
        full = dataset.at_full_resolution(options.originals, splits["validation"])
        sets["originals"] = dataset.load_images(options.originals, full, card.input_size)
    network = quantised(dataset.load_images(options.data, fit, card.input_size))
    ways: dict[str, Callable[[int], Engine]] = {
        "OpenVINO, floating point": OpenVino,
        "LiteRT, static int8": lambda threads: Quantised(network, threads),
    }
    image = sets["validation"][:1, ..., None].astype(np.float32)
    shipped = {part: read_all(engine.load_litert(card), images) for part, images in sets.items()}
    lines = ["| engine | times as fast on 1 thread | on 2 | decisions turned | heat maps alike, median (least) |"]
    lines.append("| --- | --- | --- | --- | --- |")
    for name, make in ways.items():
        fast = [ratio(engine.load_litert(card, threads=threads), make(threads), image) for threads in (1, 2)]
        found = {part: read_all(make(2), images) for part, images in sets.items()}
        turned = ", ".join(
            f"{int((called != shipped[part][0]).sum())} of {len(called)} {part}"
            for part, (called, _) in found.items()
        )
        alike = np.concatenate([likeness(shipped[part][1], heat) for part, (_, heat) in found.items()])
        likest = f"{np.median(alike):.3f} ({alike.min():.3f})"
        lines.append(f"| {name} | {fast[0]:.2f} | {fast[1]:.2f} | {turned} | {likest} |")
    printed = "\n".join([*lines, "", made_on()])
    print(printed)
    if options.write:
        DOCUMENT.write_text(inserted(DOCUMENT.read_text(), {"engines": printed}, "benchmarks.engines"))


if __name__ == "__main__":
    main()
