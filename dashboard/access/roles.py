"""Roles, and the pages that each may open; a download is as open as its page."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from dashboard.access.settings import AccessSettings
from dashboard.shared.navigation import COMPARE, HISTORY, MODEL_CARD, NODE, PAGES, READ, THRESHOLDS, WORKLIST, Page


class Role(StrEnum):
    """What somebody does here."""

    READER = "reader"
    STAKEHOLDER = "stakeholder"
    ADMINISTRATOR = "administrator"


PERMITTED: dict[Role, tuple[Page, ...]] = {
    Role.READER: (READ, WORKLIST, THRESHOLDS, COMPARE, HISTORY, MODEL_CARD),
    Role.STAKEHOLDER: (THRESHOLDS, COMPARE, MODEL_CARD),
    Role.ADMINISTRATOR: (*PAGES, NODE),
}
"""The pages of each role. A stakeholder weighs thresholds on published images, and sees no patient."""


def may_open(roles: frozenset[Role], page: Page) -> bool:
    """Return whether one of the roles opens a page."""
    return any(page in PERMITTED[role] for role in roles)


def roles_of(claims: Mapping[str, Any], settings: AccessSettings) -> frozenset[Role]:
    """Return the roles that a login's claims give; none where they name none.

    The claim that ``settings`` names holds one value or a list of them; what each value means is theirs too.
    """
    found = claims.get(settings.claim, ())
    values = {found} if isinstance(found, str) else set(found)
    return frozenset(role for role in Role if values & set(settings.values_of(role)))
