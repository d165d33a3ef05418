"""The artefact's card."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from model.network.card import ARTIFACT, CARD_FILE, ArtifactMismatch, load_card
from tests.fuzz.kinds.kind import Kind

VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    0.5,
    1e308,
    float("nan"),
    "",
    "abc",
    [],
    {},
    [1],
    {"value": 1},
    "0" * 64,
    10**400,
)


def opened(data: bytes, folder: Path) -> Iterable[str]:
    """Load a card and what every page asks of it."""
    (folder / CARD_FILE).write_bytes(data)
    card = load_card(folder)
    _ = card.default_threshold, card.target_recall
    return ()


@cache
def whole() -> list[bytes]:
    """Return the shipped card, and one less long."""
    card = _card()
    short = card | {"metrics": {}, "shortcuts": {"mean_move": {}, "changes": {}}}
    short["hypothesis"] = card["hypothesis"] | {"pneumonias": [0.5]}
    short["training"] = card["training"] | {"curve": []}
    return [(ARTIFACT / CARD_FILE).read_bytes(), json.dumps(short).encode()]


def made(random: Random) -> bytes:
    """Change, remove or add up to three values at any depth of the card."""
    card = json.loads(whole()[1])
    for _ in range(random.randint(1, 3)):
        _change(card, random)
    return json.dumps(card).encode()


def _change(inside: Any, random: Random) -> None:
    if not isinstance(inside, dict | list) or not inside:
        return
    key = random.choice(sorted(inside)) if isinstance(inside, dict) else random.randrange(len(inside))
    if isinstance(inside[key], dict | list) and random.random() < 0.8:
        _change(inside[key], random)
    elif random.random() < 0.3:
        del inside[key]
    else:
        inside[key] = random.choice(VALUES)


@cache
def _card() -> Any:
    return json.loads((ARTIFACT / CARD_FILE).read_text())


KIND = Kind("card", opened, (ArtifactMismatch,), whole, made, 0.03)
