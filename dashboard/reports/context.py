"""What stands around a reading when it is handed back: how it was decided, by what, and when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.shared.findings import FINDINGS
from model.metrics.operating_points import ConfusionMatrix
from model.network.card import LITERT_FILE, Card
from model.network.finding import Finding


@dataclass(frozen=True)
class Context:
    """All that a report says beyond the reading itself; the same context gives the same bytes.

    ``threshold`` is a probability, 0 to 1, and ``policy`` says in words where it comes from. ``warnings`` are
    whole sentences. ``counts`` are the test set's by this policy. A policy of two thresholds has the upper one for
    ``threshold`` and the lower one for ``lower``, else None; ``referred`` of the test set lie between them and are
    not in ``counts``. ``time`` is the reading's, in UTC: a reading that is handed back twice is still one reading.
    ``origin`` says where the radiograph came from, where that needs saying.

    Raises:
        ValueError: a threshold beyond 0 to 1 or a lower above the upper one, or a time that
            is not in UTC.
    """

    card: Card
    threshold: float
    policy: str
    finding: Finding
    warnings: tuple[str, ...]
    counts: ConfusionMatrix
    time: datetime
    origin: str = ""
    lower: float | None = None
    referred: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"expected a threshold from 0 to 1; received {self.threshold}.")
        if self.lower is not None and not 0 <= self.lower <= self.threshold:
            raise ValueError(
                f"expected a lower threshold from 0 to the upper one, {self.threshold}; received {self.lower}."
            )
        if self.time.utcoffset() != timedelta(0):
            raise ValueError(f"expected a time in UTC; received {self.time!r}. Pass datetime.now(UTC).")

    @property
    def title(self) -> str:
        """The finding in words."""
        return FINDINGS[self.finding].title

    @property
    def network(self) -> str:
        """SHA-256 of the network file that the dashboard runs."""
        return self.card.files[LITERT_FILE]

    @property
    def level(self) -> float:
        """The level at which H0, the person has pneumonia, is rejected, 0 to 1."""
        return self.card.hypothesis.level
