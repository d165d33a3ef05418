"""What a report states beside the reading: the policy that decided it, the model, and the time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.shared.findings import FINDINGS
from model.metrics.operating_points import Referral
from model.network.card import LITERT_FILE, Card
from model.network.finding import Finding
from model.network.policy import Policy


@dataclass(frozen=True)
class Context:
    """The context of a reading; the same context gives the same bytes.

    ``finding`` is the reading's by ``policy``, and ``test`` what that policy does on the test set. ``warnings`` are
    whole sentences. ``time`` is the reading's, in UTC: a reading that is downloaded twice is still one reading.
    ``origin`` says where the radiograph came from, where a report is to state it. ``worth`` says how often
    radiographs with such a probability had pneumonia; empty where the reading should not be trusted.
    ``reader_finding`` is what the reader saved, ``reader_name`` the name to print; both may be empty.

    Raises:
        ValueError: a time that is not in UTC.
    """

    card: Card
    policy: Policy
    finding: Finding
    warnings: tuple[str, ...]
    test: Referral
    time: datetime
    origin: str = ""
    worth: str = ""
    reader_finding: str = ""
    reader_name: str = ""

    def __post_init__(self) -> None:
        if self.time.utcoffset() != timedelta(0):
            raise ValueError(f"expected a time in UTC; received {self.time}. Pass datetime.now(UTC).")

    @property
    def title(self) -> str:
        """The finding in words."""
        return FINDINGS[self.finding].title

    @property
    def network(self) -> str:
        """SHA-256 of the network file that the dashboard runs."""
        return self.card.files[LITERT_FILE]
