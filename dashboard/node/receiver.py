"""The receiving side of the node: C-ECHO and C-STORE (PS3.4 annexes A and B), into the spool.

A radiograph that will not be read is refused at the door, with why, so that its sender knows; success is answered
once the radiograph is on the disk.
"""

import ipaddress
import logging
import ssl
import threading
from collections.abc import Callable
from typing import Any, Protocol

from pydicom import Dataset, FileDataset
from pydicom.uid import (
    UID,
    ComputedRadiographyImageStorage,
    DigitalXRayImageStorageForPresentation,
    MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    MultiFrameTrueColorSecondaryCaptureImageStorage,
    SecondaryCaptureImageStorage,
    XRayRadiofluoroscopicImageStorage,
)
from pynetdicom import AE, _config, evt
from pynetdicom.events import Event
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]
from pynetdicom.transport import AssociationServer, ThreadedAssociationServer

from dashboard.node.configuration import Listen
from dashboard.node.incoming import LARGEST_UNIT, IncomingBound
from dashboard.node.spool import Receipt, UnusableSpool
from dashboard.node.tls import server_context
from dashboard.reports.dicom import MANUFACTURER, REFERENCE_UIDS
from model.io.dicom import as_unreadable, parse
from model.io.dicom_checks import COMPRESSED, NATIVE, checked_format
from model.io.dicom_header import text_of, values_of
from model.io.errors import UnreadableRadiograph

STORAGE_CLASSES = (
    ComputedRadiographyImageStorage,
    DigitalXRayImageStorageForPresentation,
    XRayRadiofluoroscopicImageStorage,
    SecondaryCaptureImageStorage,
    MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    MultiFrameTrueColorSecondaryCaptureImageStorage,
)
"""What the reader reads: radiographs for presentation, and what films were scanned and screens captured as."""
TRANSFER_SYNTAXES = sorted(NATIVE | COMPRESSED)

SUCCESS, OUT_OF_RESOURCES, MISMATCH, CANNOT_UNDERSTAND = 0x0000, 0xA700, 0xA900, 0xC000
"""PS3.4, table B.2-1."""
NAME = "The radiograph"
"""In messages: a file's name is none of theirs, and a patient's never."""
HANDSHAKE_SECONDS = 10.0
LONGEST_COMMENT = 64
"""Characters of Error Comment (0000,0902), PS3.7 annex C."""

_LOG = logging.getLogger(__name__)

# Each message would be put in words for pynetdicom's own log, wanted or not.
_config.LOG_HANDLER_LEVEL = "none"


class RefusedRadiograph(Exception):
    """A radiograph that is not received; ``status`` says why to machines."""

    def __init__(self, status: int, comment: str) -> None:
        super().__init__(comment)
        self.status = status


class Keeps(Protocol):
    """Whatever keeps radiographs, as ``Spool.receive`` does."""

    def receive(self, uid: str, data: bytes) -> Receipt: ...


class Receiver:
    """A DICOM node that listens.

    Args:
        listen: where, and to whom.
        spool: where radiographs go, such as a ``Spool``.
        received: called after each that went there, in any thread.
    """

    def __init__(self, listen: Listen, spool: Keeps, received: Callable[[], object]) -> None:
        self._listen = listen
        self._spool = spool
        self._received = received
        self._entity = application_entity(listen)
        self._bound = IncomingBound(listen.max_object_mib * 2**20)
        self._server: _Server | None = None

    def start(self) -> int:
        """Listen from now on, in threads of its own, and return the port.

        Raises:
            OSError: the address is taken, or none of this machine's.
            InvalidConfiguration: the files of TLS cannot be used.
        """
        context = server_context(self._listen.tls) if self._listen.tls else None
        server = _Server(
            self._entity,
            (self._listen.host, self._listen.port),
            self._listen.ae_title,
            self._entity.supported_contexts,
            evt_handlers=[(evt.EVT_C_STORE, self._store), *self._bound.handlers],
            networks=self._listen.networks(),
            tls=context,
        )
        threading.Thread(target=server.serve_forever, args=(0.1,), name="receiver", daemon=True).start()
        self._server = server
        return int(server.server_address[1])

    def stop(self) -> None:
        """Listen no more; associations that are open are aborted, and what they did not finish is sent again."""
        if self._server:
            for association in self._server.active_associations:
                association.abort()
            self._server.shutdown()

    def _store(self, event: Event) -> int | Dataset:
        """Receive one object, as pynetdicom asks it."""
        caller = event.assoc.requestor.ae_title
        try:
            self._check_size(event)
            data = event.encoded_dataset()
            dataset = checked(data, str(event.file_meta.MediaStorageSOPInstanceUID))
            if is_own(dataset):
                _LOG.info("%s sent an answer of Lungfield's back; it is not read.", caller)
                return SUCCESS
            receipt = self._spool.receive(str(dataset.SOPInstanceUID), data)
        except RefusedRadiograph as refused:
            _LOG.warning("Refused an object from %s: %s", caller, refused)
            return status(refused.status, str(refused))
        except UnusableSpool as problem:
            _LOG.error("Received nothing from %s: %s", caller, problem)
            return status(OUT_OF_RESOURCES, "The spool cannot be written; send it again later")
        if receipt is Receipt.SPOOLED:
            self._received()
        else:
            _LOG.info("%s sent a radiograph again that is %s.", caller, receipt.value)
        return SUCCESS

    def _check_size(self, event: Event) -> None:
        # The rest of it was thrown away as it came.
        if len(event.encoded_dataset(include_meta=False)) > self._bound.largest:
            raise RefusedRadiograph(
                OUT_OF_RESOURCES, f"Larger than {self._listen.max_object_mib} MiB, listen.max_object_mib"
            )


def application_entity(listen: Listen) -> AE:
    """Return the application entity: its title, its limits and what it accepts."""
    entity = AE(listen.ae_title)
    entity.maximum_associations = listen.associations
    entity.require_called_aet = True
    entity.require_calling_aet = list(listen.calling_ae_titles)
    # Fewer and larger pieces: Python handles each by itself. 0 would leave them without a limit.
    entity.maximum_pdu_size = LARGEST_UNIT
    entity.add_supported_context(Verification)
    for storage_class in STORAGE_CLASSES:
        entity.add_supported_context(storage_class, TRANSFER_SYNTAXES)
    return entity


def checked(data: bytes, uid: str) -> FileDataset:
    """Parse a file that was received; no pixel is decoded.

    Args:
        data: the file's bytes.
        uid: the SOP Instance UID that its sender announced.

    Raises:
        RefusedRadiograph: it cannot be read, lacks a UID that an answer refers to, or is another instance.
    """
    try:
        dataset = parse(data, NAME)
        with as_unreadable(NAME):
            checked_format(dataset, NAME)
    except UnreadableRadiograph as problem:
        raise RefusedRadiograph(CANNOT_UNDERSTAND, str(problem)) from problem
    if missing := [keyword for keyword in REFERENCE_UIDS if len(values_of(dataset, keyword)) != 1]:
        raise RefusedRadiograph(MISMATCH, f"Expected one value of {', '.join(missing)}")
    if UID(dataset.SOPInstanceUID) != uid:
        raise RefusedRadiograph(MISMATCH, "SOP Instance UID differs from the announced one")
    return dataset


def is_own(dataset: Dataset) -> bool:
    """Return whether an object is an answer that comes back, from an archive that forwards all it gets."""
    return text_of(dataset, "Manufacturer") == MANUFACTURER


def status(code: int, comment: str) -> Dataset:
    """Return a C-STORE status with its reason."""
    made = Dataset()
    made.Status = code
    made.ErrorComment = comment.encode("ascii", "replace").decode()[:LONGEST_COMMENT]
    return made


class _Server(ThreadedAssociationServer):
    """A server that shuts the door to addresses that are not listed, and shakes hands in each caller's thread.

    pynetdicom's own waits for the TLS handshake of one caller before it accepts the next.
    """

    request_queue_size = 64
    """Connections that wait to be accepted: pynetdicom's own five are soon too few for a ward's scanners."""

    def __init__(self, *arguments: Any, networks: tuple, tls: ssl.SSLContext | None, **options: Any) -> None:
        self._networks = networks
        self._tls = tls
        super().__init__(*arguments, **options)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        address = ipaddress.ip_address(client_address[0])
        allowed = not self._networks or any(address in network for network in self._networks)
        if not allowed:
            _LOG.warning("Refused a connection from %s, which calling_addresses does not list.", address)
        return allowed

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self._tls:
            request.settimeout(HANDSHAKE_SECONDS)
            request = self._tls.wrap_socket(request, server_side=True)
            request.settimeout(None)
        super().finish_request(request, client_address)

    def shutdown(self) -> None:
        # pynetdicom's own expects to have been started by its AE.
        super(AssociationServer, self).shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        _LOG.warning("A connection from %s came to nothing.", client_address[0], exc_info=True)
