"""What happens in the dashboard, for the server's log: figures and codes, never a file's name or a patient's."""

import logging

OWN = logging.getLogger("lungfield")
FIELDS = "fields"
"""The attribute of a log record that holds the fields of an event."""


def log_event(event: str, **fields: object) -> None:
    """Log an event with its fields; it is written where ``LUNGFIELD_LOG=json`` asks for it."""
    OWN.info(event, extra={FIELDS: fields})
