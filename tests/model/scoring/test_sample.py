import numpy as np

from model.io.locations import Location
from model.scoring.sample import sample

LISTED = [Location(str(number), str(number)) for number in range(50)]


def test_the_same_seed_draws_the_same_in_order() -> None:
    drawn = sample(iter(LISTED), 10, seed=3)
    assert drawn == sample(iter(LISTED), 10, seed=3)
    assert drawn != sample(iter(LISTED), 10, seed=4)
    assert drawn == sorted(drawn, key=LISTED.index)
    assert len(set(drawn)) == 10


def test_fewer_than_asked_for_are_all() -> None:
    assert sample(iter(LISTED), 99, seed=0) == LISTED


def test_every_file_is_as_likely() -> None:
    counts = np.zeros(50)
    for seed in range(2000):
        counts[[LISTED.index(location) for location in sample(LISTED, 10, seed)]] += 1
    # Binomial, 400 expected with a standard deviation of 18.
    assert np.abs(counts - 400).max() < 4.5 * 18
