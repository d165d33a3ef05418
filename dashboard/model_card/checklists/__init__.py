"""Reporting checklists for prediction models, each item answered from the model card.

CLAIM 2024: Tejani et al., Radiology: Artificial Intelligence 2024;6(4):e240300.
TRIPOD+AI: Collins et al., BMJ 2024;385:e078378.
Items are named in this project's words; the numbers are the publications'.
"""

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.model_card.checklists import claim, tripod
from dashboard.model_card.checklists.facts import Facts
from dashboard.model_card.checklists.item import Item, Status

__all__ = ["CHECKLISTS", "Checklist", "Item", "Status"]


@dataclass(frozen=True)
class Checklist:
    """A published list, and how its items are answered."""

    name: str
    source: str
    items: Callable[[Facts], list[Item]]


CHECKLISTS = (
    Checklist(
        "CLAIM 2024",
        "Checklist for Artificial Intelligence in Medical Imaging, 2024 update. Tejani et al., Radiology: "
        "Artificial Intelligence 2024;6(4):e240300, doi:10.1148/ryai.240300.",
        claim.items,
    ),
    Checklist(
        "TRIPOD+AI",
        "Reporting of clinical prediction models that use regression or machine learning. Collins et al., BMJ "
        "2024;385:e078378, doi:10.1136/bmj-2023-078378.",
        tripod.items,
    ),
)
