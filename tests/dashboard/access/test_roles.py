"""The pages of each role."""

from pathlib import Path

from dashboard.access.roles import PERMITTED, Role, may_open
from dashboard.shared.navigation import AUDIT, HISTORY, NODE, PAGES, READ, THRESHOLDS, WORKLIST


def test_each_page_is_open_to_somebody_and_none_of_a_patient_to_a_stakeholder() -> None:
    assert {page for pages in PERMITTED.values() for page in pages} == {*PAGES, NODE, AUDIT}
    stakeholder = frozenset({Role.STAKEHOLDER})
    assert may_open(stakeholder, THRESHOLDS)
    assert not any(may_open(stakeholder, page) for page in (READ, WORKLIST, HISTORY, NODE, AUDIT))
    assert not may_open(frozenset({Role.READER}), NODE)


def test_the_guide_lists_the_pages_of_each_role() -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs" / "deploy.md").read_text()
    for role in (Role.READER, Role.STAKEHOLDER):
        assert f"| {role} | {', '.join(page.title for page in PERMITTED[role])}" in guide
