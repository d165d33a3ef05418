"""The session state's keys: defaults, and collections that are kept from the first look on."""

import pytest
import streamlit as st

from dashboard.shared import session
from dashboard.shared.session import Collection, Key


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict:
    kept: dict = {}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


def test_a_key_has_its_default_until_it_is_set_and_once_it_is_popped(state: dict) -> None:
    key = Key("number", 7)
    assert (key.get(), state) == (7, {})
    key.set(8)
    assert (key.get(), state) == (8, {"number": 8})
    assert (key.pop(), key.get(), state) == (8, 7, {})


def test_a_collection_is_changed_in_place(state: dict) -> None:
    seen: Collection[set[int]] = Collection("seen", set)
    seen.get().add(1)
    assert state == {"seen": {1}}


def test_no_two_values_share_a_key(state: dict) -> None:
    names = [value.name for value in vars(session).values() if isinstance(value, Key | Collection)]
    assert len(names) == len(set(names)) > 15


def test_an_uploader_that_was_emptied_is_another(state: dict) -> None:
    assert session.worklist_intake("files").name == "worklist-files-0"
    session.worklist_intakes.get()["files"] += 1
    assert session.worklist_intake("files").name == "worklist-files-1"
