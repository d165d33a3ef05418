"""Pictures that are no chest radiograph: their shapes, and that they are what they are called."""

import numpy as np
import pytest

from tests.pictures import chest
from training.checks import out_of_distribution, synthetic_bones

CHESTS = np.stack([chest(64, 64, seed) for seed in range(3)])


@pytest.fixture(scope="module")
def pictures() -> dict[str, np.ndarray]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(out_of_distribution, "NUMBER", 4)
        return out_of_distribution.out_of_distribution_pictures(CHESTS, seed=5)


def test_every_kind_comes_as_the_network_is_fed(pictures: dict[str, np.ndarray]) -> None:
    for kind, some in pictures.items():
        assert some.dtype == np.uint8 and some.shape[1:] == (64, 64), kind
        assert len(np.unique(some.reshape(len(some), -1), axis=0)) == len(some), f"{kind}: all differ"
    assert len(pictures["photographs"]) == 5 * len(out_of_distribution.PHOTOGRAPHS)
    assert len(pictures["noise"]) == len(pictures["text pages"]) == len(pictures["drawn hands"]) == 4


def test_turned_and_inverted_radiographs_can_be_turned_back(pictures: dict[str, np.ndarray]) -> None:
    assert np.array_equal(pictures["upside down"][:, ::-1, ::-1], CHESTS)
    assert np.array_equal(255 - pictures["inverted"], CHESTS)
    assert np.array_equal(np.rot90(pictures["turned a quarter"][0], -1), CHESTS[0])
    assert np.array_equal(np.rot90(pictures["turned a quarter"][1], 1), CHESTS[1])


def test_a_cut_out_shows_its_corner() -> None:
    corner = np.zeros((1, 64, 64), np.uint8)
    corner[:, :16, :16] = 200
    assert out_of_distribution.cut_out(corner, top=0.0, left=0.0, share=0.25).min() == 200
    assert out_of_distribution.cut_out(corner, top=0.75, left=0.5, share=0.25).max() == 0


@pytest.mark.parametrize("part", synthetic_bones.PARTS)
def test_a_drawing_is_bright_bone_on_black_and_the_same_again(part: str) -> None:
    drawn = synthetic_bones.draw_body_part(part, 2, 64, seed=3)
    assert np.array_equal(drawn, synthetic_bones.draw_body_part(part, 2, 64, seed=3))
    assert np.percentile(drawn, 10) < 40 and np.percentile(drawn, 99) > 110
