"""One item of a reporting checklist with its answer."""

from dataclasses import dataclass
from enum import Enum


class Status(Enum):
    """How far an item is answered."""

    REPORTED = "reported"
    PARTLY = "in part"
    NOT = "not known or not done"
    NONE = "not applicable"


@dataclass(frozen=True)
class Item:
    """``number`` is the publication's; ``topic`` what it asks, in this project's words."""

    section: str
    number: str
    topic: str
    answer: str
    status: Status = Status.REPORTED


def items_of(
    answers: dict[str, list[tuple[str, str, str] | tuple[str, str, str, Status]]],
) -> list[Item]:
    """Items from (number, topic, answer) or (number, topic, answer, status) by section, in order."""
    return [Item(section, *answer) for section, group in answers.items() for answer in group]
