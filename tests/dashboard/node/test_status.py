import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from dashboard.node.spool import RESERVE, ArchiveOutage, Spool, UnusableSpool
from dashboard.node.status import DAY, Status, discard_failed, read_status, retry_failed
from tests.dashboard.node.test_spool import begun, files


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """Return a spool of one that waits, one that failed, and two that were answered, one of them long ago."""
    made = Spool(tmp_path / "spool", "1.0.0")
    for moment in (10 * DAY, 20 * DAY):
        made.receive(str(moment), b"bytes")
        made.answered(begun(made), moment)
    made.receive("failed", b"bytes")
    made.problem(begun(made), "It is damaged.", failed=True)
    made.receive("waiting", b"bytes")
    return made


def test_a_status_counts(spool: Spool) -> None:
    found = read_status(spool.folder, now=20 * DAY + 1)
    assert found.oldest
    assert found == Status(
        waiting=1,
        oldest=found.oldest,
        failed=1,
        problems={"It is damaged.": 1},
        answered=1,
        outage=None,
        free=found.free,
    )


def test_an_outage_is_part_of_it(spool: Spool) -> None:
    outage = ArchiveOutage("archive at localhost:104 does not answer.", 1.0, 3, 9.0)
    spool.archive_outage(outage)
    assert read_status(spool.folder).outage == outage


def test_an_empty_spool_has_no_oldest(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", "1.0.0")
    found = read_status(spool.folder)
    assert found == Status(0, None, 0, {}, 0, None, found.free)


def test_a_disk_that_is_nearly_full_is_told(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_status(spool.folder).full_disk == ""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=RESERVE - 1))
    assert "511 MiB are free, 512 have to stay so" in read_status(spool.folder).full_disk


def test_what_failed_is_tried_again_on_request(spool: Spool) -> None:
    assert retry_failed(spool.folder) == 1
    assert read_status(spool.folder).failed == 0
    assert len([begun(spool), begun(spool)]) == 2


def test_what_failed_is_removed_on_request(spool: Spool) -> None:
    assert discard_failed(spool.folder) == 1
    assert len(files(spool.folder)) == 1
    assert read_status(spool.folder).waiting == 1


def test_a_folder_without_a_spool_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnusableSpool, match=r"There is no spool in .*the node makes it when it first starts\."):
        read_status(tmp_path)
