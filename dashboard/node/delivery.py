"""Where answers go: to an archive, with a FHIR server beside it, or in shadow mode to the history."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.history.database import database_url
from dashboard.history.store import History, Search, open_history
from dashboard.node.answers import Answer
from dashboard.node.archive.storage import Archive
from dashboard.node.archive.web_storage import DicomWebArchive
from dashboard.node.configuration import ArchiveSettings, Configuration, InvalidConfiguration
from dashboard.node.fhir_server import FhirServer

COMMENT = "Read by the DICOM node in shadow mode, without an answer."

Delivery = Callable[[Answer], None]
"""Brings an answer to where it goes; doing so twice does no harm. Raises as ``Archive.store``."""


def delivery(configuration: Configuration) -> Delivery:
    """Return where answers go: in shadow mode to the history, else to the archive.

    Raises:
        InvalidConfiguration: what C-STORE needs is not installed.
    """
    if configuration.shadow or configuration.archive is None:
        return ShadowDelivery(open_history(database_url()))
    fhir_server = FhirServer(configuration.fhir) if configuration.fhir else None
    return ArchiveDelivery(archive(configuration.archive, configuration.listen.ae_title), fhir_server)


def archive(settings: ArchiveSettings, ae_title: str) -> Archive:
    """Return the archive that the configuration names; ``ae_title`` is the node's own."""
    if settings.url:
        return DicomWebArchive(settings)
    try:
        from dashboard.node.archive.dimse_storage import DimseArchive
    except ModuleNotFoundError as problem:
        raise InvalidConfiguration(
            f"archive.host: expected what the node needs to be installed; {problem.name} is not. "
            f"Run pip install '.[node]'."
        ) from problem
    return DimseArchive(settings, ae_title)


@dataclass(frozen=True)
class ArchiveDelivery:
    """Stores an answer's objects in the archive, and its reports in a FHIR server where there is one."""

    archive: Archive
    fhir_server: FhirServer | None = None

    def __call__(self, answer: Answer) -> None:
        self.archive.store(answer.files)
        if self.fhir_server:
            self.fhir_server.store(answer.fhir_reports)


@dataclass(frozen=True)
class ShadowDelivery:
    """Keeps an answer's numbers in the history, where the readers' findings join them; nothing is sent."""

    history: History

    def __call__(self, answer: Answer) -> None:
        for result in answer.results:
            # What the node was ended after, or a reader has kept, is there already.
            rows = self.history.readings(Search(digest=result.digest, current=False))
            if not any(row.result() == result for row in rows):
                self.history.record(result, comment=COMMENT)
