import numpy as np
import pytest

from model.metrics.calibration import Calibration, log_odds


def test_log_odds_are_those_of_not_being_normal() -> None:
    logits = np.array([[0.3, -1.2, 2.0], [4.0, 0.0, 0.5]])
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    ill = 1 - shares[:, 0]
    assert log_odds(logits) == pytest.approx(np.log(ill / (1 - ill)))


def test_probability_is_platts_sigmoid() -> None:
    assert Calibration(2.0, -1.0).probability([0.5, 1.0]) == pytest.approx([0.5, 1 / (1 + np.exp(-1))])


def test_extremes_neither_overflow_nor_leave_the_unit_interval() -> None:
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert Calibration(1.0, 0.0).probability([-800.0, 800.0]).tolist() == [0.0, 1.0]
