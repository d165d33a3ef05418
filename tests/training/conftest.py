"""Made-up images and made-up weights, for whatever trains."""

from pathlib import Path

import cv2
import keras
import numpy as np
import pytest

from tests.pictures import chest, png
from tests.training.small_scale import READER, SEGMENTATION, shrink, small_backbone
from training import dataset
from training.lungs import fit, masks, segmentation

PATIENTS = {"train": 8, "test": 3}
"""Of each kind, in each part of the data folder."""


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder of the published layout, an image a patient."""
    root = tmp_path_factory.mktemp("data")
    names = {
        "normal": "NORMAL/IM-{}-1",
        "bacteria": "PNEUMONIA/person{}_bacteria_1",
        "virus": "PNEUMONIA/person{}_virus_1",
    }
    for part, number in PATIENTS.items():
        for subtype, name in names.items():
            for patient in range(number) if part == "train" else range(100, 100 + number):
                file = root / part / f"{name.format(patient)}.png"
                file.parent.mkdir(parents=True, exist_ok=True)
                lighter = 0 if subtype == "normal" else 60
                file.write_bytes(png(np.clip(chest(48, 40, patient) + float(lighter), 0, 255).astype(np.uint8)))
    return root


@pytest.fixture(scope="session")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights of the small backbone in place of ImageNet's, in a file as those come in."""
    keras.utils.set_random_seed(0)
    file = tmp_path_factory.mktemp("backbone") / "random.weights.h5"
    small_backbone((32, 32, 3), include_top=False, weights=None).save_weights(file)
    return file


@pytest.fixture(scope="session")
def drawn(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw two squares of lung for every training radiograph."""
    folder = tmp_path_factory.mktemp("masks")
    mask = np.zeros((64, 64), np.uint8)
    mask[16:48, 8:28] = mask[16:48, 36:56] = 255
    for member in dataset.find_examples(data, "train"):
        file = masks.path_of(folder, member)
        file.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(file), mask)
    return folder


@pytest.fixture(scope="session")
def lung_run(data: Path, drawn: Path, backbone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a finished run of the lung reader on the small backbone."""
    lungs, run = tmp_path_factory.mktemp("lungs"), tmp_path_factory.mktemp("lung_reader")
    with pytest.MonkeyPatch.context() as patch:
        shrink(patch)
        segmentation.fit(data, drawn, backbone, lungs, SEGMENTATION)
        fit.fit(data, lungs / "masks.npz", drawn, backbone, run, READER, None)
    return run
