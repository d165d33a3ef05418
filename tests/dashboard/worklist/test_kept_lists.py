"""Lists that outlive a reload: kept, handed on, and forgotten once their session is gone for long."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.shared import session
from dashboard.shared.navigation import WORKLIST
from dashboard.shared.resources import load_classifier
from dashboard.worklist.kept_lists import KEEP_SECONDS, KeptLists, server_lists, take_up
from dashboard.worklist.queue import ReadingQueue, session_queue
from tests.dashboard.worklist.examples import finished
from tests.pictures import chest, png


def test_a_list_is_kept_while_its_session_is_there_and_for_a_while_after() -> None:
    now, active = [0.0], {"one"}
    lists = KeptLists(active.__contains__, lambda: now[0])
    lists.keep("secret", "one", {"threshold": 0.5})
    now[0] = 9 * KEEP_SECONDS
    assert lists.find("secret") == {"threshold": 0.5}
    active.clear()
    now[0] += KEEP_SECONDS - 1
    assert lists.find("secret") == {"threshold": 0.5}
    assert lists.find("guessed") is None
    now[0] += 1
    assert lists.find("secret") is None


@pytest.mark.slow
def test_a_page_that_is_loaded_anew_goes_on_with_its_list(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def remember(token: str, on_reload: object, key: str) -> None:
        told.append(token)

    monkeypatch.setattr("dashboard.worklist.kept_lists.remember_token", remember)
    app.switch_page(WORKLIST.file).run()
    app.toggle(key="reader_first").set_value(True).run()
    app.session_state["threshold"] = 0.25
    app.file_uploader[0].set_value([("one.png", png(chest()), "image/png")]).run()
    (entry,) = finished(app.session_state["worklist"])
    app.session_state["worklist_opened"], app.session_state["worklist_order"] = entry.id, [entry.id]
    app.run()
    assert not app.exception
    state = server_lists().find(told[-1])
    assert state is not None
    assert state["worklist"].progress().entries == (entry,)
    assert (state["threshold"], state["reader_first"], state["worklist_opened"]) == (0.25, True, entry.id)
    assert "worklist_scan" not in state, "expected no decoded pixels"


def test_what_was_done_since_is_added_to_the_list_of_before(session_state: dict) -> None:
    before = ReadingQueue(load_classifier())
    before.add([("one.png", b"words")])
    finished(before)
    server_lists().keep("before", "", {"worklist": before, "seen_results": {("a", 1)}, "threshold": 0.25})
    session.seen_results.get().add(("b", 1))
    session_queue().add([("two.png", b"words")])
    take_up("guessed")
    assert session_queue() is not before
    take_up("before")
    assert session_queue() is before
    assert [entry.name for entry in finished(before)] == ["one.png", "two.png"]
    assert session_state["seen_results"] == {("a", 1), ("b", 1)}
    assert (session.threshold.get(), session.worklist_token.get()) == (0.25, "before")
