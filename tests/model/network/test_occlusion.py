import numpy as np
import pytest

from model.metrics.calibration import Calibration
from model.network.engine import Outputs
from model.network.occlusion import (
    OUTDONE,
    RANDOM,
    Answer,
    OcclusionTest,
    blurred,
    hottest_tenth,
    occlusion_test,
    random_tenths,
)

SIZE = 56
CALIBRATION = Calibration(1.0, 0.0)
SPOT = (slice(8, 24), slice(32, 48))
"""What the fake engine looks at: rows 1 and 2, columns 4 and 5 of a map of 7 x 7."""


class Spotter:
    """An engine that sees pneumonia in the fine detail of one spot, and says so, or points elsewhere."""

    def __init__(self, row: int = 1, column: int = 4) -> None:
        self.heat = np.zeros((7, 7), np.float32)
        self.heat[row : row + 2, column : column + 2] = [[3, 2], [2, 1]]
        self.passes = 0

    def run(self, inputs: np.ndarray) -> Outputs:
        self.passes += len(inputs)
        detail = inputs[:, *SPOT, 0].std(axis=(1, 2)) / 10
        logits = np.stack([np.zeros_like(detail), detail - 3, np.full_like(detail, -9)], axis=-1)
        heat = np.repeat(self.heat[None], len(inputs), axis=0)
        lungs = np.ones(inputs.shape[:3], np.float32)
        return Outputs(logits, heat, lungs, np.zeros((len(inputs), 1), np.float32))


def noise() -> np.ndarray:
    return np.random.default_rng(0).uniform(0, 255, (SIZE, SIZE, 1)).astype(np.float32)


def measured(network: Spotter, seed: int = 0) -> OcclusionTest:
    found = occlusion_test(network, CALIBRATION, noise(), seed)
    assert found is not None
    return found


def test_to_hide_what_a_true_map_highlights_takes_the_probability() -> None:
    found = measured(Spotter())
    assert found.probability > 0.9
    assert found.probability_highlighted < 0.5 < found.probability_random
    assert found.outdone >= OUTDONE
    assert found.answer is Answer.YES


def test_a_map_that_points_elsewhere_is_found_out() -> None:
    found = measured(Spotter(row=5, column=0))
    assert found.odds_highlighted == pytest.approx(1, abs=0.02)
    assert found.probability_highlighted == pytest.approx(found.probability, abs=0.01)


@pytest.mark.parametrize(
    ("highlighted", "random", "answer"),
    [
        (0.0, (2.0,) * RANDOM, Answer.YES),
        (0.0, (2.0,) * OUTDONE + (-1.0,) * (RANDOM - OUTDONE), Answer.YES),
        (0.0, (2.0,) * (OUTDONE - 1) + (-1.0,) * (RANDOM - OUTDONE + 1), Answer.INCONCLUSIVE),
        (1.9, (2.0,) * RANDOM, Answer.INCONCLUSIVE),
        (2.0, (2.0,) * RANDOM, Answer.INCONCLUSIVE),
        (2.0, (1.0,) * RANDOM, Answer.NO),
        (1.5, (1.0,) * RANDOM, Answer.NO),
    ],
)
def test_the_answer_follows_a_rule(highlighted: float, random: tuple[float, ...], answer: Answer) -> None:
    assert OcclusionTest(2.0, highlighted, random).answer is answer


def test_no_map_is_believed_more_often_than_one_in_twenty_by_chance() -> None:
    assert RANDOM >= 30
    assert (RANDOM - OUTDONE + 1) / (RANDOM + 1) <= 0.05


def test_it_takes_one_pass_a_tenth_and_one_before() -> None:
    network = Spotter()
    assert len(measured(network).random) == RANDOM
    assert network.passes == RANDOM + 2


def test_the_seed_alone_chooses_the_random_tenths() -> None:
    first, again, other = (measured(Spotter(), seed).random for seed in (5, 5, 6))
    assert first == again != other


def test_a_cold_map_highlights_nothing() -> None:
    network = Spotter()
    network.heat[:] = 0
    assert occlusion_test(network, CALIBRATION, noise(), 0) is None


def test_every_tenth_is_a_tenth() -> None:
    heat = np.random.default_rng(1).uniform(size=(7, 7)).astype(np.float32)
    for one in (heat, np.ones((7, 7), np.float32)):
        assert hottest_tenth(one, SIZE).sum() == round(SIZE * SIZE / 10)


def test_the_hottest_is_what_is_drawn_hottest() -> None:
    mask = hottest_tenth(Spotter().heat, SIZE)
    assert mask[SPOT].sum() > 0.7 * mask.sum()


def test_random_tenths_lie_within_the_lungs_and_differ() -> None:
    inside = np.zeros((SIZE, SIZE), bool)
    inside[14:42, 14:42] = True
    tenths = random_tenths(inside, RANDOM, np.random.default_rng(0))
    assert all(tenth.sum() == round(SIZE * SIZE / 10) and not tenth[~inside].any() for tenth in tenths)
    assert len({tenth.tobytes() for tenth in tenths}) == RANDOM


def test_random_tenths_of_small_lungs_are_all_of_them_and_without_lungs_anywhere() -> None:
    small = np.zeros((SIZE, SIZE), bool)
    small[10:14, 10:14] = True
    assert all((tenth == small).all() for tenth in random_tenths(small, 3, np.random.default_rng(1)))
    anywhere = random_tenths(np.zeros((SIZE, SIZE), bool), 3, np.random.default_rng(1))
    assert all(tenth.sum() == round(SIZE * SIZE / 10) for tenth in anywhere)


def test_blurring_leaves_the_rest_alone_and_keeps_the_brightness() -> None:
    mask = np.zeros((SIZE, SIZE), bool)
    mask[20:36, 20:36] = True
    inputs = noise()
    changed = blurred(inputs, mask)
    assert changed.shape == inputs.shape
    assert changed.dtype == np.float32
    assert changed[:12] == pytest.approx(inputs[:12], abs=0.01)
    inside = (slice(24, 32), slice(24, 32))
    assert changed[inside].std() < 0.3 * inputs[inside].std()
    assert changed[inside].mean() == pytest.approx(inputs[inside].mean(), abs=15)


def test_odds_tell_apart_what_rounds_to_certainty() -> None:
    found = OcclusionTest(50.0, 45.0, (50.0, 48.0, 44.0))
    assert found.probability == found.probability_highlighted == 1
    assert found.odds_highlighted == pytest.approx(np.exp(-5))
    assert found.odds_random == pytest.approx(np.exp(-8 / 3))
    assert found.outdone == 2


def test_probabilities_are_averaged_as_probabilities() -> None:
    found = OcclusionTest(0.0, 0.0, (np.log(3), -np.log(3)))
    assert (found.probability, found.probability_random, found.odds_random) == pytest.approx((0.5, 0.5, 1))
