"""The history on PostgreSQL: many who write at once, and a server that is killed and comes back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event
from time import sleep

import pytest

from dashboard.history.database import UnusableDatabase
from dashboard.history.store import open_history
from tests.postgresql import postgresql
from tests.readings import RESULT

WRITERS, READINGS = 8, 60


@pytest.mark.slow
def test_a_killed_server_loses_nothing_confirmed_and_keeps_nothing_twice() -> None:
    with postgresql() as server:
        open_history(server.url)
        confirmed: dict[str, int] = {}
        refused: list[str] = []
        back = Event()

        def write(writer: int) -> None:
            """Save readings as the page does: what failed is tried again at the same moment."""
            history = open_history(server.url)
            for number in range(READINGS):
                comment, moment, again = f"{writer} {number}", datetime.now(UTC), False
                while comment not in confirmed:
                    try:
                        confirmed[comment] = history.record(RESULT, comment=comment, moment=moment, again=again)
                    except UnusableDatabase as problem:
                        refused.append(str(problem))
                        again = True
                        back.wait(60)

        with ThreadPoolExecutor(WRITERS) as pool:
            writers = [pool.submit(write, writer) for writer in range(WRITERS)]
            for kill in (1, 2):
                while len(confirmed) < kill * WRITERS * READINGS // 3:
                    sleep(0.002)
                back.clear()
                server.kill()
                server.start()
                back.set()
            for writer in writers:
                writer.result(timeout=120)
        kept = open_history(server.url).readings()
    assert {row.comment: row.id for row in kept} == confirmed
    assert len(kept) == WRITERS * READINGS
    assert refused
    assert all("save again" in message for message in refused)
