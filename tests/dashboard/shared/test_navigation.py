"""The menu: addresses that people have kept, and files that are there."""

from dashboard.shared.markup import DASHBOARD
from dashboard.shared.navigation import PAGES


def test_pages_are_where_they_have_always_been() -> None:
    assert [page.address for page in PAGES] == ["", "worklist", "thresholds", "compare", "history", "model_card"]
    assert all((DASHBOARD / page.file).is_file() for page in PAGES)
