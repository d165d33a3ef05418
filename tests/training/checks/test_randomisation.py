"""The randomisation test on networks that are small enough to know what must come out."""

from pathlib import Path

import keras
import numpy as np
import pytest

from model.network.card import KERAS_FILE
from training import dataset
from training.checks import randomisation
from training.checks.randomisation import (
    cascade,
    evenly_spaced,
    rank_correlation,
    shuffle,
    similarities,
    ssim,
    summarise,
    weighted_layers,
)

SIZE = 32


def network(*, ignores_weights: bool = False) -> keras.Model:
    """Return a trunk and a head, as they ship; a map that ``ignores_weights`` is the radiograph's brightness."""
    keras.utils.set_random_seed(0)
    inner = keras.Input((SIZE, SIZE, 1))
    x = keras.layers.Conv2D(8, 3, strides=2, padding="same", name="Conv1")(inner)
    x = keras.layers.BatchNormalization(name="bn_Conv1")(x)
    x = keras.layers.Conv2D(8, 3, strides=2, padding="same", name="block_6_expand", activation="relu")(x)
    x = keras.layers.Conv2D(8, 1, name="block_13_expand", activation="relu")(x)
    trunk = keras.Model(inner, keras.layers.Conv2D(8, 1, name="Conv_1", activation="relu")(x), name="trunk")
    radiograph = keras.Input((SIZE, SIZE, 1))
    maps = keras.layers.Conv2D(3, 1, use_bias=False, name="class_maps")(trunk(radiograph / 255))
    brightness = keras.layers.AveragePooling2D(4)(radiograph)[..., 0] / 255
    heat = brightness + 0 * maps[..., 0] if ignores_weights else keras.ops.relu(maps[..., 1])
    return keras.Model(radiograph, {"logits": keras.ops.mean(maps, axis=(1, 2)), "heat": heat})


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(randomisation, "DRAWS", 6)


def measured(folder: Path, data: Path, made: keras.Model) -> dict:
    made.save(folder / KERAS_FILE)
    return randomisation.randomisation_test(folder, data, dataset.split(data)["validation"], 1.0)


@pytest.mark.slow
def test_a_map_that_ignores_what_was_learned_is_found_out(tmp_path: Path, data: Path) -> None:
    found = measured(tmp_path, data, network(ignores_weights=True))
    assert not found["passed"]
    for stage in found["stages"]:
        assert stage["spearman"]["value"] == pytest.approx(1)
        assert stage["ssim"]["value"] == pytest.approx(1)


@pytest.mark.slow
def test_a_map_of_what_was_learned_changes(tmp_path: Path, data: Path) -> None:
    found = measured(tmp_path, data, network())
    assert [stage["shuffled"] for stage in found["stages"]] == list(randomisation.STAGES)
    assert found["stages"][-1]["spearman"]["value"] < 0.9
    left = found["stages"][-1]["spearman"]
    assert found["passed"] == (max(abs(left["low"]), abs(left["high"])) <= randomisation.LARGEST)
    assert found["radiographs"] == sum(e.label for e in dataset.split(data)["validation"])
    assert found["draws"] == randomisation.DRAWS


def test_the_cascade_goes_from_the_top_and_leaves_out_nothing() -> None:
    made = network()
    before = {layer.name: layer.get_weights() for layer in weighted_layers(made)}

    def moved() -> set[str]:
        return {
            layer.name
            for layer in weighted_layers(made)
            if not all(map(np.array_equal, layer.get_weights(), before[layer.name]))
        }

    assert [moved() for _ in cascade(made, 0)] == [
        {"class_maps"},
        {"class_maps", "Conv_1"},
        {"class_maps", "Conv_1", "block_13_expand"},
        {"class_maps", "Conv_1", "block_13_expand", "block_6_expand"},
        {"class_maps", "Conv_1", "block_13_expand", "block_6_expand", "Conv1"},
    ], "untrained batch normalisation is the same in every channel"


def test_shuffling_keeps_the_weights_and_a_channels_statistics_together() -> None:
    generator = np.random.default_rng(0)
    dense = keras.layers.Dense(7)
    dense.build((None, 5))
    before = dense.get_weights()[0]
    shuffle(dense, generator)
    after = dense.get_weights()[0]
    assert not np.array_equal(before, after)
    assert np.array_equal(np.sort(before.ravel()), np.sort(after.ravel()))

    normal = keras.layers.BatchNormalization()
    normal.build((None, 6))
    normal.set_weights([np.arange(6.0) + 10 * number for number in range(4)])
    shuffle(normal, generator)
    gamma, beta, mean, variance = normal.get_weights()
    assert not np.array_equal(gamma, np.arange(6.0))
    assert np.array_equal(beta, gamma + 10)
    assert np.array_equal(mean, gamma + 20)
    assert np.array_equal(variance, gamma + 30)


def test_ranks_are_compared_and_a_blank_map_ranks_nothing() -> None:
    ramp = np.arange(49.0).reshape(7, 7)
    assert rank_correlation(ramp, ramp**3) == pytest.approx(1)
    assert rank_correlation(ramp, -ramp) == pytest.approx(-1)
    assert rank_correlation(ramp, np.zeros((7, 7))) == 0


def test_what_is_left_of_the_radiograph_is_told_from_what_is_left_of_the_place() -> None:
    ramp = np.arange(49.0).reshape(7, 7)
    place, radiographs = np.stack([ramp] * 6), np.random.default_rng(0).uniform(size=(6, 7, 7))
    assert similarities(place, place, 48) == pytest.approx((1, 1, 1)), "one map for all of them"
    own, elsewhere, structure = similarities(radiographs, radiographs, 1)
    assert (own, structure) == pytest.approx((1, 1)) and abs(elsewhere) < 0.2


def test_a_mean_is_as_sure_as_its_draws_are_many() -> None:
    """Four draws of mean 1 and standard deviation 2: Student's interval with 3 degrees of freedom, 3.182."""
    draws = 1 + 2 * np.array([-1, -1, 1, 1]) * np.sqrt(3 / 4)
    found = summarise(draws)
    assert found["value"] == pytest.approx(1)
    assert (found["low"], found["high"]) == pytest.approx((1 - 3.182, 1 + 3.182), abs=1e-3)
    assert (found["least"], found["most"]) == pytest.approx((draws.min(), draws.max()))


def test_structure_is_compared() -> None:
    picture = np.random.default_rng(0).uniform(size=(64, 64))
    assert ssim(picture, picture) == pytest.approx(1)
    assert ssim(picture, 0.5 * picture) < 0.9
    assert abs(ssim(picture, picture[::-1])) < 0.3


def test_radiographs_are_spread_over_the_split(data: Path) -> None:
    members = dataset.split(data)["fit"]
    few = evenly_spaced(members, 3)
    assert [few[0], few[-1], len(few)] == [members[0], members[-1], 3]
    assert evenly_spaced(members, 10_000) == members
