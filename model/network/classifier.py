"""From a radiograph to a reading, in one pass over the network."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from model.io.radiograph import Radiograph
from model.metrics.calibration import log_odds
from model.metrics.conformal import p_value
from model.network import gradcam, lungs
from model.network.card import ARTIFACT, Card, load_card
from model.network.engine import THREADS, Engine, Outputs, load_litert
from model.network.guard import Guard, load_guard
from model.network.occlusion import OcclusionTest, occlusion_test
from model.network.population import header_warnings
from model.network.preprocessing import network_input

MOST = 0.5
"""Of the visible evidence: less within the lungs, and the reading is for a human."""


@dataclass(frozen=True)
class Reading:
    """The model's result for one radiograph.

    ``probability`` is the calibrated P(pneumonia), 0 to 1. ``p_value`` is the conformal p-value of H0, that
    the person has pneumonia: small where the radiograph speaks against it. ``heat`` is float32 of shape (rows,
    columns), 0 to 1: where the evidence for pneumonia lies, on a scale that is the same for every radiograph.
    ``lungs`` is the probability of lung, float32 of shape (size, size), 0 to 1. ``warnings`` are short codes, why
    it should not be trusted: ``not_chest_radiograph``, ``inverted``, ``lungs``, ``evidence``, ``resolution``,
    ``age``, ``view``, ``body_part``. ``digest`` is the SHA-256 of the file that was read.
    """

    probability: float
    p_value: float
    heat: np.ndarray
    lungs: np.ndarray
    warnings: tuple[str, ...]
    model_version: str
    digest: str


class Classifier:
    """The shipped network with its card: loaded once, it reads any number of radiographs."""

    def __init__(self, card: Card, network: Engine, guard: Guard) -> None:
        self.card = card
        self._network = network
        self._guard = guard

    @classmethod
    def load(cls, folder: Path = ARTIFACT, threads: int = THREADS) -> Self:
        """Load the artefact in a folder, run by LiteRT; raises ``ArtifactMismatch`` where files disagree."""
        card = load_card(folder)
        return cls(card, load_litert(card, folder, threads), load_guard(card, folder))

    def read(self, radiograph: Radiograph) -> Reading:
        """Return one radiograph's probability, heat map and warnings."""
        inputs = network_input(radiograph.pixels, self.card.input_size)[None]
        outputs = self._network.run(inputs)
        probability = float(self.card.calibration.probability(log_odds(outputs.logits[0])))
        heat = gradcam.scale_heat(outputs.heat[0], self.card.heat_map.full_scale)
        return Reading(
            probability=probability,
            p_value=float(p_value(probability, self.card.hypothesis.pneumonias)),
            heat=heat,
            lungs=outputs.lungs[0],
            warnings=(*self._image_warnings(inputs, outputs, heat), *self._file_warnings(radiograph)),
            model_version=self.card.version,
            digest=radiograph.digest,
        )

    def occlusion_test(self, radiograph: Radiograph) -> OcclusionTest | None:
        """Blur the highlighted tenth of a radiograph and others; None where nothing is highlighted."""
        inputs = network_input(radiograph.pixels, self.card.input_size)
        return occlusion_test(self._network, self.card.calibration, inputs, int(radiograph.digest[:16], 16))

    def _image_warnings(self, inputs: np.ndarray, outputs: Outputs, heat: np.ndarray) -> tuple[str, ...]:
        """Return the first that holds: what is no chest radiograph has no lungs to speak of either."""
        field = outputs.lungs[0]
        code = self._guard.warning(outputs.features[0], field, lambda: self._network.run(255 - inputs).features[0])
        if code:
            return (code,)
        shown = heat.max() >= gradcam.VISIBLE
        outside = shown and lungs.share_inside(heat, field >= lungs.INSIDE) < MOST
        return ("evidence",) if outside else ()

    def _file_warnings(self, radiograph: Radiograph) -> tuple[str, ...]:
        too_small = min(radiograph.width, radiograph.height) < self.card.input_size
        return (*(("resolution",) if too_small else ()), *header_warnings(radiograph.header))
