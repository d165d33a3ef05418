from pathlib import Path

import numpy as np
import pytest

from training.dataset import Example
from training.teacher_predictions import MissingPrediction, load_teacher_predictions, write_teacher_predictions

MEMBERS = [
    Example("train/NORMAL/IM-1-1.png", "normal", "IM-1"),
    Example("train/NORMAL/IM-2-1.png", "normal", "IM-2"),
]


def test_predictions_come_back_in_the_order_asked(tmp_path: Path) -> None:
    given = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]])
    write_teacher_predictions(MEMBERS, given, tmp_path / "predictions.csv")
    asked = load_teacher_predictions(MEMBERS[::-1], tmp_path / "predictions.csv")
    assert asked.dtype == np.float32
    np.testing.assert_allclose(asked, given[::-1])


def test_a_radiograph_without_a_prediction_is_named(tmp_path: Path) -> None:
    write_teacher_predictions(MEMBERS[:1], np.ones((1, 3)) / 3, tmp_path / "predictions.csv")
    with pytest.raises(MissingPrediction, match=r"1 are missing, the first train/NORMAL/IM-2-1.png. Run python -m"):
        load_teacher_predictions(MEMBERS, tmp_path / "predictions.csv")
    with pytest.raises(MissingPrediction, match="2 are missing"):
        load_teacher_predictions(MEMBERS, tmp_path / "none.csv")
