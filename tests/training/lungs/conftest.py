"""The whole backbone: the lung decoder reads layers that the small stand-in lacks."""

from pathlib import Path

import keras
import pytest


@pytest.fixture(scope="session")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return random weights of MobileNetV2 in place of ImageNet's, in a file as those come in."""
    keras.utils.set_random_seed(0)
    file = tmp_path_factory.mktemp("backbone") / "random.weights.h5"
    keras.applications.MobileNetV2((32, 32, 3), include_top=False, weights=None).save_weights(file)
    return file
