"""Draw a random sample of what is listed, without knowing how much there is (reservoir sampling, Vitter 1985)."""

import random
from collections.abc import Iterable

from model.io.locations import Location


def sample(locations: Iterable[Location], number: int, seed: int) -> list[Location]:
    """Return ``number`` of the locations, or all where there are fewer, in their order; the same for the same seed.

    Every location is as likely as any other (Vitter's algorithm R).
    """
    generator = random.Random(seed)
    drawn: list[tuple[int, Location]] = []
    for place, location in enumerate(locations):
        if place < number:
            drawn.append((place, location))
        elif (other := generator.randrange(place + 1)) < number:
            drawn[other] = (place, location)
    return [location for _, location in sorted(drawn)]
