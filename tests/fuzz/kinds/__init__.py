"""Every kind of file that somebody may hand in."""

from tests.fuzz.kinds import archives, cards, dicoms, guards, histories, images, large, score_tables
from tests.fuzz.kinds.kind import Breach, Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        images.KIND,
        dicoms.KIND,
        archives.KIND,
        score_tables.KIND,
        histories.KIND,
        cards.KIND,
        guards.KIND,
        large.KIND,
    )
}

__all__ = ["KINDS", "Breach", "Kind"]
