"""The door's settings."""

import pytest

from dashboard.access.settings import AccessSettings, UnusableSettings, access_settings


def test_a_section_is_read() -> None:
    section = {"claim": "groups", "reader": ["radiology"], "idle_minutes": 5, "longest_hours": 1.5}
    assert access_settings(section) == AccessSettings("groups", {"reader": ("radiology",)}, 5, 1.5)
    assert access_settings({}) == AccessSettings()


@pytest.mark.parametrize(
    ("name", "value"),
    [("idle_minutes", 0), ("idle_minutes", True), ("longest_hours", "12"), ("reader", "radiology"), ("clam", "x")],
)
def test_a_setting_that_cannot_be_followed_is_named(name: str, value: object) -> None:
    with pytest.raises(UnusableSettings, match=rf"\[access\] {name} = .*: expected claim = TEXT"):
        access_settings({name: value})
