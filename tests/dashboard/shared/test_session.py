"""The session state's keys: defaults, and collections that are kept from the first look on."""

from dashboard.shared import session
from dashboard.shared.session import Collection, Key


def test_a_key_has_its_default_until_it_is_set_and_once_it_is_popped(session_state: dict) -> None:
    key = Key("number", 7)
    assert (key.get(), session_state) == (7, {})
    key.set(8)
    assert (key.get(), session_state) == (8, {"number": 8})
    assert (key.pop(), key.get(), session_state) == (8, 7, {})


def test_a_collection_is_changed_in_place(session_state: dict) -> None:
    seen: Collection[set[int]] = Collection("seen", set)
    seen.get().add(1)
    assert session_state == {"seen": {1}}


def test_no_two_values_share_a_key(session_state: dict) -> None:
    names = [value.name for value in vars(session).values() if isinstance(value, Key | Collection)]
    assert len(names) == len(set(names)) > 15


def test_an_uploader_that_was_emptied_is_another(session_state: dict) -> None:
    assert session.intake("files").name == "files-0"
    session.intakes.get()["files"] += 1
    assert session.intake("files").name == "files-1"
