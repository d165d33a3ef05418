"""Run the DICOM node: receive radiographs, read them, store the answers in an archive.

    lungfield node [run] [--config FILE]     until it is stopped
    lungfield node status [--config FILE]    what waits, what failed and why
    lungfield node retry [--config FILE]     try again what failed
    lungfield node discard [--config FILE]   remove what failed, unanswered

FILE is TOML; ``docs/hospital.md`` shows one. Without ``--config`` the environment variable LUNGFIELD_NODE names it.
"""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from dashboard.history.database import UnusableDatabase
from dashboard.node.answers import Answerer, reader_identity
from dashboard.node.configuration import VARIABLE, Configuration, InvalidConfiguration, load_configuration
from dashboard.node.delivery import delivery
from dashboard.node.receiver import Receiver
from dashboard.node.spool import Spool, UnusableSpool
from dashboard.node.status import discard_failed, read_status, retry_failed
from dashboard.node.worker import Worker
from dashboard.shared.formatting import format_count
from model import Classifier
from model.io.wording import reason
from model.network.card import ArtifactMismatch

EXPECTED = (ArtifactMismatch, InvalidConfiguration, UnusableDatabase, UnusableSpool)
"""What whoever runs the node can set right."""

_LOG = logging.getLogger(__name__)


def run(configuration: Configuration) -> int:
    """Run the node until it is stopped; returns the exit status."""
    # Of other packages the warnings alone: some name studies in what they do.
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("dashboard").setLevel(logging.INFO)
    classifier = Classifier.load()
    answerer = Answerer(classifier, configuration.reading)
    deliver = delivery(configuration)
    spool = Spool(configuration.spool, reader_identity(classifier.card, configuration))
    worker = Worker(spool, answerer.answer, deliver)
    receiver = Receiver(configuration.listen, spool, worker.notice)
    try:
        port = receiver.start()
    except OSError as problem:
        listen = configuration.listen
        raise InvalidConfiguration(
            f"listen: {listen.host}:{listen.port} cannot be listened to: {reason(problem)}. Expected an address of "
            f"this machine and a port that no other program has."
        ) from problem
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: worker.stop())
    _LOG.info("%s listens on %s:%d.", configuration.listen.ae_title, configuration.listen.host, port)
    worker.run()
    receiver.stop()
    spool.close()
    _LOG.info("%s has stopped.", configuration.listen.ae_title)
    return 0


def status(configuration: Configuration) -> int:
    """Print what the spool holds."""
    found = read_status(configuration.spool)
    print(f"waiting {found.waiting}, failed {found.failed}, answered in the last 24 hours {found.answered}")
    if found.full_disk:
        print(found.full_disk)
    if found.outage:
        print(f"{format_count(found.outage.attempts, 'attempt')} to reach the archive: {found.outage.problem}")
    for problem, count in found.problems.items():
        print(f"{format_count(count, 'radiograph')}: {problem}")
    return 0


def retry(configuration: Configuration) -> int:
    """Have the node try again what failed."""
    print(f"{format_count(retry_failed(configuration.spool), 'radiograph')} will be tried again")
    return 0


def discard(configuration: Configuration) -> int:
    """Remove what failed from the spool."""
    print(f"{format_count(discard_failed(configuration.spool), 'radiograph')} removed, unanswered")
    return 0


ACTIONS: dict[str, Callable[[Configuration], int]] = {
    "run": run,
    "status": status,
    "retry": retry,
    "discard": discard,
}


def main(options: list[str] | None = None) -> int:
    """Do what the command line says; returns the exit status."""
    parser = argparse.ArgumentParser(prog="lungfield node", description="Read what scanners and archives send.")
    parser.add_argument("action", nargs="?", choices=ACTIONS, default="run", help="by default run")
    parser.add_argument("--config", type=Path, default=os.environ.get(VARIABLE), help="the configuration, TOML")
    chosen = parser.parse_args(options)
    if chosen.config is None:
        parser.error(f"expected the configuration: --config FILE, or the environment variable {VARIABLE}")
    try:
        return ACTIONS[chosen.action](load_configuration(Path(chosen.config)))
    except EXPECTED as problem:
        print(problem, file=sys.stderr)
        return 1
