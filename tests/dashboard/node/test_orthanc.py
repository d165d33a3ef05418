"""The node against a real archive: Debian's Orthanc, killed and started at will, on loopback."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import highdicom
import pytest
from pydicom import FileDataset

from dashboard.history.store import Search, open_history
from dashboard.node.spool import UnusableSpool
from dashboard.node.status import read_status
from model.network.card import load_card
from tests.dashboard.node.examples import ForkedNode, NodeProcess, parsed, radiograph, send, uid
from tests.dashboard.node.orthanc import AE_TITLE, Orthanc, free_port, orthanc
from tests.dashboard.node.test_spool import files
from tests.dashboard.reports.dciodvfy import errors_in
from tests.dashboard.reports.test_structured_report import items

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PATIENCE = 300
"""Seconds, on a machine that is busy with all the other tests."""
KILLS, EACH = 10, 3
"""How often the node is killed, and how many radiographs it is sent from one time to the next."""
RADIOGRAPHS = KILLS * EACH


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Orthanc]:
    with orthanc(tmp_path / "orthanc", node_port=free_port()) as running:
        yield running


@pytest.fixture
def new_node(tmp_path: Path, archive: Orthanc) -> Iterator[Callable[[str], NodeProcess]]:
    """Return what makes a node with some settings, on the port to which the archive forwards."""
    made: list[NodeProcess] = []

    def node(settings: str) -> NodeProcess:
        made.append(NodeProcess(tmp_path / "node", archive.node_port, settings))
        return made[-1]

    yield node
    for each in made:
        each.kill()


def by_stow(archive: Orthanc) -> str:
    return f'[archive]\nurl = "{archive.dicom_web}"'


def by_c_store(archive: Orthanc) -> str:
    return f'[archive]\nhost = "127.0.0.1"\nport = {archive.dicom_port}\nae_title = "{AE_TITLE}"'


def wait_for(condition: Callable[[], bool], every: float = 0.2) -> None:
    """Wait until a condition holds, and look every so many seconds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(every)


def answered_instances(reports: list[FileDataset]) -> list[str]:
    """Return the SOP Instance UIDs of the radiographs that reports refer to."""
    return sorted(
        str(item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID)
        for report in reports
        for item in items(report)
        if item.ValueType == "IMAGE"
    )


@pytest.mark.parametrize("settings", [by_stow, by_c_store])
def test_a_radiograph_that_comes_in_is_answered_in_the_archive(
    archive: Orthanc, new_node: Callable, settings: Callable[[Orthanc], str], tmp_path: Path
) -> None:
    node = new_node(settings(archive))
    node.start()
    # One from a scanner, one that the archive got by STOW-RS and forwards, both sent again.
    archive.stow(radiograph(2))
    for _ in range(2):
        assert send(node.port, radiograph(1)) == [0]
        archive.forward(uid(2))
    wait_for(lambda: len(archive.instances("SR")) == 2)
    assert node.stop() == 0
    assert files(node.spool) == []

    reports = archive.instances("SR")
    assert answered_instances(reports) == [uid(1), uid(2)]
    assert len(archive.instances("OT")) == 2
    (found,) = archive.qido("studies", StudyInstanceUID=parsed(radiograph(2)).StudyInstanceUID)
    assert sorted(found["00080061"]["Value"]) == ["DX", "OT", "SR"]
    for report in reports:
        report.save_as(tmp_path / "report.dcm")
        data = (tmp_path / "report.dcm").read_bytes()
        assert errors_in(data, tmp_path) == []
        assert report.PatientID == "PID-77215"
        content: Any = highdicom.sr.srread(tmp_path / "report.dcm").content
        (group,) = content.get_image_measurement_groups()
        numbers = {item.name.meaning: item.value for item in group.get_measurements()}
        assert numbers["Threshold Value"] == pytest.approx(load_card().default_threshold)
        assert 0 <= numbers["Probability"] <= 1


def test_an_archive_that_is_killed_gets_every_answer_once_it_is_back(archive: Orthanc, new_node: Callable) -> None:
    node = new_node(by_c_store(archive))
    node.start()
    send(node.port, *map(radiograph, range(1, 4)))
    wait_for(lambda: len(archive.instances("SR")) >= 1)
    archive.kill()
    assert send(node.port, *map(radiograph, range(4, 7))) == [0, 0, 0]
    wait_for(lambda: read_status(node.spool).outage is not None)
    outage = read_status(node.spool).outage
    assert outage
    assert outage.problem.endswith("does not answer.") or "ended the association" in outage.problem
    wait_for(lambda: read_status(node.spool).waiting >= 3)
    archive.start()
    wait_for(lambda: read_status(node.spool).waiting == 0)
    assert answered_instances(archive.instances("SR")) == sorted(map(uid, range(1, 7)))
    assert len(archive.instances("OT")) == 6
    assert read_status(node.spool).outage is None
    assert files(node.spool) == []


def test_a_node_that_is_killed_at_ten_random_moments_loses_nothing_and_answers_once(
    archive: Orthanc, tmp_path: Path
) -> None:
    """Moments follow what the node has just done, so that a busy machine shifts all of them alike."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    moments = random.Random(seed)
    node = ForkedNode(tmp_path / "node", archive.node_port, by_stow(archive))
    acknowledged: set[int] = set()
    stopped, allowed = threading.Event(), threading.Semaphore(0)

    def scanner() -> None:
        """Send a radiograph at a time, and again until it is acknowledged, as scanners do."""
        for number in range(1, RADIOGRAPHS + 1):
            allowed.acquire()
            while not stopped.is_set() and number not in acknowledged:
                try:
                    if send(node.port, radiograph(number)) == [0]:
                        acknowledged.add(number)
                except ConnectionError:
                    time.sleep(0.02)

    sending = threading.Thread(target=scanner)
    sending.start()
    kept = 0
    try:
        for _ in range(KILLS):
            done = steps(node, acknowledged)
            allowed.release(EACH)
            node.start()
            # While it receives, reads, sends or removes: all of it is never done.
            enough = done + moments.randrange(2 * EACH)
            wait_for(partial(has_done, node, acknowledged, enough), 0.002)
            time.sleep(moments.uniform(0, 0.02))
            node.kill()
            # Killed at its very start, it has no spool yet.
            kept += node.spool.exists() and bool(files(node.spool))
        promised = set(acknowledged)
        node.start()
        wait_for(lambda: len(acknowledged) == RADIOGRAPHS)
        wait_for(lambda: read_status(node.spool).waiting == 0)
    finally:
        stopped.set()
        allowed.release(RADIOGRAPHS)
        sending.join()
        node.kill()
    # Kills of a node that had nothing to do would show nothing.
    assert kept
    answered = answered_instances(archive.instances("SR"))
    assert set(map(uid, promised)) <= set(answered)
    assert answered == sorted(map(uid, range(1, RADIOGRAPHS + 1)))
    assert len(archive.instances("OT")) == RADIOGRAPHS
    assert read_status(node.spool).failed == 0
    assert files(node.spool) == []


def has_done(node: NodeProcess, acknowledged: set[int], enough: int) -> bool:
    return steps(node, acknowledged) >= enough


def steps(node: NodeProcess, acknowledged: set[int]) -> int:
    """Return how many radiographs were acknowledged, and how many were answered, together."""
    try:
        return len(acknowledged) + read_status(node.spool).answered
    except UnusableSpool:
        # It has just begun to make it.
        return 0


def test_in_shadow_mode_the_archive_gets_nothing_and_the_history_the_numbers(
    archive: Orthanc, new_node: Callable, own_history: str
) -> None:
    node = new_node(f"shadow = true\n\n{by_stow(archive)}")
    node.start()
    assert send(node.port, radiograph(1), radiograph(2)) == [0, 0]
    wait_for(lambda: len(open_history(own_history).readings(Search())) == 2)
    assert node.stop() == 0
    assert archive.instances("*") == []
    assert files(node.spool) == []
