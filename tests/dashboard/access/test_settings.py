"""The door's settings."""

import tomllib
from pathlib import Path

import pytest

from dashboard.access.roles import Role
from dashboard.access.settings import AccessSettings, UnusableSettings, access_settings


def test_a_section_is_read() -> None:
    section = {"claim": "groups", "reader": ["radiology"], "idle_minutes": 5, "longest_hours": 1.5}
    assert access_settings(section) == AccessSettings("groups", {"reader": ("radiology",)}, 5, 1.5)
    assert access_settings({}) == AccessSettings()


def test_the_guide_and_its_example_state_the_defaults() -> None:
    docs = Path(__file__).resolve().parents[3] / "docs"
    example = access_settings(tomllib.loads((docs / "deploy" / "secrets.toml").read_text())["access"])
    default = AccessSettings()
    assert (example.idle_minutes, example.longest_hours) == (default.idle_minutes, default.longest_hours)
    guide = (docs / "deploy.md").read_text()
    assert f"after {default.idle_minutes:g} minutes without a click" in guide
    assert f"{default.longest_hours:g} hours after the login" in guide


@pytest.mark.parametrize(
    ("name", "value"),
    [("idle_minutes", 0), ("idle_minutes", True), ("longest_hours", "12"), ("reader", "radiology"), ("clam", "x")],
)
def test_a_setting_that_cannot_be_followed_is_named(name: str, value: object) -> None:
    with pytest.raises(UnusableSettings, match=rf"\[access\] {name} = .*: expected claim = TEXT"):
        access_settings({name: value})


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
    assert AccessSettings().roles_of(claims) == expected


def test_a_hospitals_own_claim_and_values() -> None:
    settings = AccessSettings(claim="groups", values={"reader": ("radiology", "paediatrics")})
    assert settings.roles_of({"groups": ["paediatrics"]}) == {Role.READER}
    assert not settings.roles_of({"groups": ["reader"]}), "expected the name to give nothing where values are set"
