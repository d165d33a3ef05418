"""A made-up randomisation test."""

from model.network.card.sections import Likeness, Randomisation, RandomisationStage


def likeness(value: float) -> Likeness:
    return Likeness(value, value - 0.1, value + 0.2, value - 0.5, value + 0.6)


def measured(passed: bool, difference: float = 0.007) -> Randomisation:
    stages = [
        RandomisationStage(name, likeness(value), likeness(value - difference), likeness(value / 2))
        for name, value in (("head", 0.5), ("and all others", 0.04))
    ]
    return Randomisation(12, 4, 0.2, stages, passed)
