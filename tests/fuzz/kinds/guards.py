"""The artefact's guard and network, whose bytes the card knows by their hash."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import numpy as np

from model.network.card import GUARD_FILE, LITERT_FILE, ArtifactMismatch, Card, load_card
from model.network.engine import load_litert
from model.network.guard import Guard, guard_bytes, load_guard
from tests.fuzz.kinds.kind import Breach, Kind


def opened(data: bytes, folder: Path) -> Iterable[str]:
    """Load an edited guard under its card, and the same bytes as a network that the card does not know."""
    for name in (GUARD_FILE, LITERT_FILE):
        (folder / name).write_bytes(data)
    try:
        load_litert(_card(), folder)
    except ArtifactMismatch as problem:
        yield str(problem)
    else:
        raise Breach("a network that the card does not know was loaded")
    load_guard(_card(), folder)
    if data != whole()[0]:
        raise Breach("a guard that the card does not know was loaded")


@cache
def whole() -> list[bytes]:
    """Return the file of a small guard."""
    return [guard_bytes(Guard(np.zeros(2), np.ones(2), np.eye(2), np.ones(2), 1.0, 1.0, 2.0))]


def made(random: Random) -> bytes:
    """Make the file of a guard of other numbers."""
    return guard_bytes(Guard(np.zeros(2), np.ones(2), np.eye(2), np.ones(2), random.random(), 1.0, 2.0))


@cache
def _card() -> Card:
    card = load_card()
    return replace(card, files=card.files | {GUARD_FILE: hashlib.sha256(whole()[0]).hexdigest()})


KIND = Kind("guard", opened, (ArtifactMismatch,), whole, made, 0.01)
