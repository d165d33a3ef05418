"""Bound what one association may make the node hold in memory while it sends.

pynetdicom gathers a message until its last fragment comes, whatever its size, and reads a protocol data unit of any
length that its head states. Here what goes beyond the bound is thrown away as it comes, so that the sender gets a
status once it has ended; one that does not end, or that keeps to no agreement, is aborted.
"""

import logging
from typing import Any
from weakref import WeakKeyDictionary

from pynetdicom import Association, evt
from pynetdicom.events import Event
from pynetdicom.pdu import P_DATA_TF

LARGEST_UNIT = 2**20
"""Bytes of a protocol data unit that the node offers to take (PS3.8 D.1)."""
LARGEST_COMMAND = 2**16
"""Bytes of a command set: its elements are short (PS3.7 annex E)."""
ABORTED_AT = 4
"""How many times the bound an object may have before its sender is taken for one that does not end."""

_COMMAND, _LAST = 1, 2
"""Bits of a fragment's message control header (PS3.8 E.2)."""
_HEAD = 6
"""Bytes of a presentation data value item and its header beside the fragment, at least."""

_LOG = logging.getLogger(__name__)


class IncomingBound:
    """Hold every association to messages of a largest size.

    Args:
        largest: bytes of a data set. One that has more arrives cut off, but longer than this: whoever gets it can
            tell, and refuses it.
    """

    def __init__(self, largest: int) -> None:
        self.largest = largest
        self._received: WeakKeyDictionary[Association, int] = WeakKeyDictionary()
        self.handlers = [(evt.EVT_CONN_OPEN, self._bound_units), (evt.EVT_PDU_RECV, self._bound_message)]

    def _bound_units(self, event: Event) -> None:
        """Close the connection at a protocol data unit that is longer than was offered."""
        socket: Any = event.assoc.dul.socket
        receive = socket.recv

        def bounded(count: int) -> bytearray:
            if count > LARGEST_UNIT + _HEAD:
                _LOG.warning("Closed a connection that sent a unit of %d bytes.", count)
                raise OSError(f"expected a protocol data unit of at most {LARGEST_UNIT} bytes; received {count}")
            return receive(count)

        socket.recv = bounded

    def _bound_message(self, event: Event) -> None:
        """Cut a data set that is too large, before it is put together."""
        association, unit = event.assoc, event.pdu
        if not isinstance(unit, P_DATA_TF):
            return
        received = self._received.get(association, 0)
        for item in unit.presentation_data_value_items:
            value = item.presentation_data_value or b"\0"
            header = value[0]
            if received > self.largest:
                item.presentation_data_value = bytes([header])
            received += len(value) - 1
            endless = received > (LARGEST_COMMAND if header & _COMMAND else ABORTED_AT * self.largest)
            # Without asynchronous operations, one request is answered before the next (PS3.7 D.3.3.3).
            if endless or association.dimse.msg_queue.qsize() > 1:
                _LOG.warning(
                    "Aborted an association of %s that sends without an end.", association.requestor.ae_title
                )
                item.presentation_data_value = bytes([header & ~_LAST])
                # As pynetdicom ends one whose units cannot be understood (PS3.8, table 9-10, AA-8).
                association.dul.event_queue.put("Evt19")
            if header & _LAST:
                received = 0
        self._received[association] = received
