"""The occlusion test of the heat map, for whether the probability depends on what the map highlights.

The hottest tenth of the radiograph is blurred, then random tenths of the lungs (Zeiler and Fergus 2014, sec. 4.2;
Petsiuk et al. 2018, sec. 4.2): if the map is right, to hide what it highlights takes more from the probability than
to hide as much of the lungs elsewhere. Blurring takes the detail and leaves the brightness: a grey patch would look
like a finding itself.
"""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from scipy.special import expit

from model.metrics.calibration import Calibration, log_odds
from model.network import gradcam
from model.network.engine import Engine
from model.network.lungs import INSIDE

SHARE = 0.1
"""Of the image that is blurred."""
RANDOM = 39
"""Random tenths: to outdo all but one of so many has a chance of 1 in 20 where the map says nothing (Phipson and
Smyth 2010, eq. 2)."""
OUTDONE = 38
"""Random tenths that the highlighted one has to outdo for a yes: p = (39 - 38 + 1) / (39 + 1) = 0.05."""
NOTICEABLE = 0.8
"""Factor of the odds: a fall by less than a fifth decides nothing."""
PATCH = 1 / 14
"""Standard deviation of the noise that shapes random tenths, as a share of the image's side."""
BLUR, SEAM = 1 / 16, 1 / 56
"""Standard deviations as shares of the image's side: of the blur, and of the seam between it and the rest."""


class Answer(StrEnum):
    """Whether the probability depends on what the heat map highlights."""

    YES = "yes"
    NO = "no"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class OcclusionTest:
    """Calibrated log-odds of pneumonia: of the radiograph, and with a tenth of it blurred.

    Log-odds and not probabilities, for of two that round to 1 the odds may differ a hundredfold. ``random`` are
    those of the random tenths.
    """

    untouched: float
    highlighted: float
    random: tuple[float, ...]

    @property
    def probability(self) -> float:
        """Of pneumonia, 0 to 1, untouched."""
        return float(expit(self.untouched))

    @property
    def probability_highlighted(self) -> float:
        """The same with the highlighted tenth blurred."""
        return float(expit(self.highlighted))

    @property
    def probability_random(self) -> float:
        """The mean over the random tenths."""
        return float(np.mean(expit(self.random)))

    @property
    def odds_highlighted(self) -> float:
        """The factor of the odds when the highlighted tenth is blurred; below 1 where they fall."""
        return float(np.exp(self.highlighted - self.untouched))

    @property
    def odds_random(self) -> float:
        """The same for a random tenth, geometric mean."""
        return float(np.exp(np.mean(self.random) - self.untouched))

    @property
    def outdone(self) -> int:
        """The number of random tenths that take less from the odds than the highlighted one does."""
        return sum(other > self.highlighted for other in self.random)

    @property
    def answer(self) -> Answer:
        """What follows, by a rule fixed beforehand.

        Yes, where hiding the highlighted tenth lowers the odds by a fifth or more, and more than ``OUTDONE`` of the
        ``RANDOM`` others do. No, where hiding others lowers them by a fifth or more on average, and most of them
        more than the highlighted one. Else inconclusive: the odds hardly move whatever is hidden, or it is close.
        """
        if self.odds_highlighted <= NOTICEABLE and self.outdone >= OUTDONE:
            return Answer.YES
        if self.odds_random <= NOTICEABLE and self.outdone < len(self.random) / 2:
            return Answer.NO
        return Answer.INCONCLUSIVE


def occlusion_test(
    network: Engine, calibration: Calibration, inputs: np.ndarray, seed: int
) -> OcclusionTest | None:
    """Blur the highlighted tenth of a radiograph, and random tenths of its lungs.

    Args:
        network: gives logits, heat map and lung fields.
        calibration: of its log-odds.
        inputs: float32 of shape (size, size, 1), 0 to 255, see ``preprocessing.network_input``.
        seed: not negative; the same seed chooses the same random tenths. The file's digest makes a stable one.

    Returns:
        The log-odds; None where the heat map is cold and so highlights nothing.
    """
    plain = network.run(inputs[None])
    heat = plain.heat[0]
    if not heat.max() > 0:
        return None
    generator = np.random.default_rng(seed)
    tenths = [hottest_tenth(heat, inputs.shape[0]), *random_tenths(plain.lungs[0] >= INSIDE, RANDOM, generator)]
    hidden = network.run(np.stack([blurred(inputs, tenth) for tenth in tenths]))
    uncalibrated = log_odds(np.concatenate([plain.logits, hidden.logits]))
    untouched, highlighted, *random = (calibration.slope * uncalibrated + calibration.intercept).tolist()
    return OcclusionTest(untouched, highlighted, tuple(random))


def hottest_tenth(heat: np.ndarray, size: int) -> np.ndarray:
    """Return the hottest tenth of a heat map as it is drawn, bool of shape (size, size), equal in area for all."""
    drawn = gradcam.enlarge_heat(heat / heat.max(), size, size)
    mask = np.zeros(size * size, bool)
    # Stable: of equally warm places the first, on every machine.
    mask[np.argsort(-drawn.ravel(), kind="stable")[: round(SHARE * size * size)]] = True
    return mask.reshape(size, size)


def random_tenths(inside: np.ndarray, number: int, generator: np.random.Generator) -> list[np.ndarray]:
    """Draw random patches of the lungs, each a tenth of the image, or all of lungs that are smaller.

    Args:
        inside: lungs, bool of shape (size, size); where there are none, all of the image serves.
        number: of patches.
        generator: the source of chance.

    Returns:
        Masks, bool of the shape of ``inside``.
    """
    inside = inside if inside.any() else np.ones_like(inside)
    wanted = min(round(SHARE * inside.size), int(inside.sum()))
    tenths = []
    for _ in range(number):
        noise = cv2.GaussianBlur(generator.normal(0, 1, inside.shape), (0, 0), PATCH * inside.shape[0])
        order = np.argsort(np.where(inside, -noise, np.inf).ravel(), kind="stable")
        tenth = np.zeros(inside.size, bool)
        tenth[order[:wanted]] = True
        tenths.append(tenth.reshape(inside.shape))
    return tenths


def blurred(inputs: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return the radiograph with the masked places blurred, float32 of the shape of ``inputs``."""
    size = inputs.shape[0]
    soft = cv2.GaussianBlur(inputs[..., 0], (0, 0), BLUR * size)
    share = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), SEAM * size)
    return (share * soft + (1 - share) * inputs[..., 0])[..., None]
