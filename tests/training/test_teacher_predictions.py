from pathlib import Path

import numpy as np
import pytest

from training import teacher_predictions
from training.dataset import Example

MEMBERS = [
    Example("train/NORMAL/IM-1-1.png", "normal", "IM-1"),
    Example("train/NORMAL/IM-2-1.png", "normal", "IM-2"),
]


def test_opinions_come_back_in_the_order_asked(tmp_path: Path) -> None:
    given = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]])
    teacher_predictions.write(MEMBERS, given, tmp_path / "opinions.csv")
    asked = teacher_predictions.load(MEMBERS[::-1], tmp_path / "opinions.csv")
    assert asked.dtype == np.float32
    np.testing.assert_allclose(asked, given[::-1])


def test_a_radiograph_without_an_opinion_is_named(tmp_path: Path) -> None:
    teacher_predictions.write(MEMBERS[:1], np.ones((1, 3)) / 3, tmp_path / "opinions.csv")
    with pytest.raises(
        teacher_predictions.NoOpinion, match=r"1 are missing, the first train/NORMAL/IM-2-1.png. Run python -m"
    ):
        teacher_predictions.load(MEMBERS, tmp_path / "opinions.csv")
    with pytest.raises(teacher_predictions.NoOpinion, match="2 are missing"):
        teacher_predictions.load(MEMBERS, tmp_path / "none.csv")
