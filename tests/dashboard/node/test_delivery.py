from dataclasses import replace

from dashboard.history.store import Search, open_history
from dashboard.node.answers import Answer
from dashboard.node.delivery import COMMENT, ArchiveDelivery, ShadowDelivery
from tests.readings import result

ANSWER = Answer((b"a report",), (result(),))


def test_the_archive_gets_the_files() -> None:
    stored: list[object] = []

    class Kept:
        def store(self, given: object) -> None:
            stored.append(given)

    ArchiveDelivery(Kept())(ANSWER)
    assert stored == [ANSWER.files]


def test_reports_go_to_the_fhir_server_once_the_archive_has_its_files() -> None:
    stored: list[object] = []

    class Kept:
        def store(self, given: object) -> None:
            stored.append(given)

    answer = replace(ANSWER, fhir_reports=(b"{}",))
    ArchiveDelivery(Kept(), Kept())(answer)  # type: ignore[arg-type]
    assert stored == [answer.files, answer.fhir_reports]


def test_in_shadow_mode_the_history_keeps_numbers_once(own_history: str) -> None:
    history = open_history(own_history)
    deliver = ShadowDelivery(history)
    two = replace(ANSWER, results=(result(frame=1), result(frame=2)))
    deliver(two)
    # As after the node was ended between the history and the spool.
    deliver(two)
    rows = history.readings(Search())
    assert [(row.result(), row.comment, row.reader_finding) for row in rows] == [
        (result(frame=2), COMMENT, None),
        (result(frame=1), COMMENT, None),
    ]
