"""Whether a login is asked for."""

import pytest

from dashboard.access.door import ANYBODY, NOBODY, Door, door, is_this_machine, why_shut


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_this_machine_asks_nobody(address: str) -> None:
    assert is_this_machine(address)
    assert door(address, login=False, without_login=None) is Door.OPEN


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "10.0.0.7", "lungs.hospital.example"])
def test_any_other_address_is_shut_without_a_login(address: str | None) -> None:
    assert door(address, login=False, without_login=None) is Door.SHUT
    assert door(address, login=True, without_login=None) is Door.LOGIN


def test_the_login_is_switched_off_in_so_many_words() -> None:
    assert door("0.0.0.0", login=False, without_login=ANYBODY) is Door.OPEN
    for word in ("", "1", "true", "yes"):
        assert door("0.0.0.0", login=False, without_login=word) is Door.SHUT


def test_a_configured_login_is_asked_for_behind_a_proxy_too() -> None:
    assert door("127.0.0.1", login=True, without_login=ANYBODY) is Door.LOGIN


def test_behind_a_proxy_nobody_comes_without_a_login() -> None:
    assert door("127.0.0.1", login=False, without_login=NOBODY) is Door.SHUT
    assert door("127.0.0.1", login=True, without_login=NOBODY) is Door.LOGIN


def test_it_says_what_to_do() -> None:
    assert "it listens on 0.0.0.0" in why_shut("0.0.0.0")
    assert "every address" in why_shut(None)
    assert "LUNGFIELD_WITHOUT_LOGIN=anybody-who-reaches-this-address" in why_shut(None)
