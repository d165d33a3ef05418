"""Roles, and the pages that each may open; a download is as open as its page."""

from enum import StrEnum

from dashboard.shared.navigation import (
    AUDIT,
    COMPARE,
    HISTORY,
    MODEL_CARD,
    NODE,
    PAGES,
    READ,
    THRESHOLDS,
    WORKLIST,
    Page,
)


class Role(StrEnum):
    """What somebody does here."""

    READER = "reader"
    STAKEHOLDER = "stakeholder"
    ADMINISTRATOR = "administrator"


PERMITTED: dict[Role, tuple[Page, ...]] = {
    Role.READER: (READ, WORKLIST, THRESHOLDS, COMPARE, HISTORY, MODEL_CARD),
    Role.STAKEHOLDER: (THRESHOLDS, COMPARE, MODEL_CARD),
    Role.ADMINISTRATOR: (*PAGES, NODE, AUDIT),
}
"""The pages of each role. A stakeholder weighs thresholds on published images, and sees no patient."""


def may_open(roles: frozenset[Role], page: Page) -> bool:
    """Return whether one of the roles opens a page."""
    return any(page in PERMITTED[role] for role in roles)
