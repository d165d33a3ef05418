"""Roles by claims, and the pages of each."""

from pathlib import Path

import pytest

from dashboard.access.roles import PERMITTED, Role, may_open, roles_of
from dashboard.access.settings import AccessSettings
from dashboard.shared.navigation import HISTORY, NODE, PAGES, READ, THRESHOLDS, WORKLIST


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"roles": "reader"}, {Role.READER}),
        ({"roles": ["reader", "administrator", "else"]}, {Role.READER, Role.ADMINISTRATOR}),
        ({"roles": []}, set()),
        ({"groups": "reader"}, set()),
        ({}, set()),
    ],
)
def test_a_claim_gives_roles(claims: dict, expected: set[Role]) -> None:
    assert roles_of(claims, AccessSettings()) == expected


def test_a_hospitals_own_claim_and_values() -> None:
    settings = AccessSettings(claim="groups", values={"reader": ("radiology", "paediatrics")})
    assert roles_of({"groups": ["paediatrics"]}, settings) == {Role.READER}
    assert not roles_of({"groups": ["reader"]}, settings), "expected the name to give nothing where values are set"


def test_each_page_is_open_to_somebody_and_none_of_a_patient_to_a_stakeholder() -> None:
    assert {page for pages in PERMITTED.values() for page in pages} == {*PAGES, NODE}
    stakeholder = frozenset({Role.STAKEHOLDER})
    assert may_open(stakeholder, THRESHOLDS)
    assert not any(may_open(stakeholder, page) for page in (READ, WORKLIST, HISTORY, NODE))
    assert not may_open(frozenset({Role.READER}), NODE)


def test_the_guide_lists_the_pages_of_each_role() -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs" / "deploy.md").read_text()
    for role in (Role.READER, Role.STAKEHOLDER):
        assert f"| {role} | {', '.join(page.title for page in PERMITTED[role])}" in guide
