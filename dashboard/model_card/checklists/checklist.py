"""A reporting checklist, read from a TOML file and answered from the model card."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dashboard.model_card.checklists.facts import Facts
from dashboard.model_card.failures import repeats
from dashboard.shared.elements import disclaimer
from dashboard.shared.formatting import format_count, format_estimate
from dashboard.shared.markup import render_text


class Status(StrEnum):
    """How far an item is answered."""

    REPORTED = "reported"
    PARTLY = "in part"
    MISSING = "not known or not done"
    INAPPLICABLE = "not applicable"


@dataclass(frozen=True)
class Item:
    """``number`` is the publication's; ``topic`` what it asks, in this project's words."""

    section: str
    number: str
    topic: str
    answer: str
    status: Status = Status.REPORTED


@dataclass(frozen=True)
class Checklist:
    """A published list: its name, where it was published, and its items as the file gives them, by section.

    An item has a ``number``, a ``topic``, an ``answer`` and, where it is not fully reported, a ``status``. Answer
    and status are Jinja2 templates of plain text over ``facts`` and ``card``.
    """

    name: str
    source: str
    items: dict[str, list[dict[str, str]]]

    def answered(self, facts: Facts) -> list[Item]:
        """Return every item with its answer, in order."""
        return [
            Item(section, given["number"], given["topic"], _filled(given["answer"], facts), _status(given, facts))
            for section, group in self.items.items()
            for given in group
        ]


def load_checklist(name: str) -> Checklist:
    """Read a checklist from a file of this folder, such as ``claim.toml``."""
    return Checklist(**tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8")))


def _status(given: dict[str, str], facts: Facts) -> Status:
    return Status(_filled(given.get("status", Status.REPORTED), facts))


def _filled(template: str, facts: Facts) -> str:
    return render_text(
        template,
        facts=facts,
        card=facts.card,
        repeats=repeats,
        format_count=format_count,
        format_estimate=format_estimate,
        not_a_device=disclaimer.TITLE,
    )
