"""The fewest trials are enough and one less is not; so many children hold the positives as often as promised."""

import numpy as np
import pytest
from scipy.stats import binom

from model.metrics.intervals import proportion
from model.metrics.sample_size import MOST, children_for_positives, reach, trials_for_margin


@pytest.mark.parametrize(("share", "margin"), [(0.95, 0.02), (0.9, 0.05), (0.5, 0.1), (0.99, 0.01)])
def test_the_fewest_trials_reach_the_margin_and_one_less_does_not(share: float, margin: float) -> None:
    fewest = trials_for_margin(share, margin)
    assert reach(share, fewest - 1) > margin >= reach(share, fewest)
    interval = proportion(np.array([share * fewest]), np.array([fewest]))
    assert interval.low >= share - margin and interval.high <= share + margin


def test_a_margin_out_of_reach_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected a margin that 1,000,000 trials can reach; received 1e-06"):
        trials_for_margin(0.5, 1e-6)
    assert MOST == 1_000_000


@pytest.mark.parametrize(("positives", "prevalence"), [(1, 0.1), (60, 0.3), (475, 0.05), (10, 1.0)])
def test_so_many_children_hold_the_positives_as_often_as_promised(positives: int, prevalence: float) -> None:
    children = children_for_positives(positives, prevalence, 0.95)
    enough = binom.sf(positives - 1, [children - 1, children], prevalence)
    assert enough[1] >= 0.95
    assert enough[0] < 0.95 or children == positives
