"""The audit in the history's database: rows that are only ever inserted, which the database itself sees to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dashboard.history.database import read_transaction, write_transaction
from dashboard.history.store import Base, midnight, open_database
from dashboard.shared.observability.activity import Action

LONGEST = 255
"""Characters of a subject, a name, and what an action was done to; what is longer is cut."""


class AuditEntry(Base):
    """An action: when, by whom, what, to what, and the SHA-256 of the file that it concerns, empty where none is.

    ``login`` is the subject of the login (``sub``), which the provider never gives twice, ``name`` as it was then.
    """

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    time: Mapped[datetime]
    login: Mapped[str]
    name: Mapped[str]
    action: Mapped[str]
    what: Mapped[str]
    digest: Mapped[str]


@dataclass(frozen=True)
class AuditSearch:
    """Which actions are wanted: whose, of which kind, of which days in UTC, both included; None excludes none."""

    name: str | None = None
    action: Action | None = None
    since: date | None = None
    until: date | None = None


class Audit:
    """The audit in one database; ``open_audit`` makes it. Threads may share it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, login: str, name: str, action: Action, what: str = "", digest: str = "") -> None:
        """Keep an action; it is on the disk by then.

        Raises:
            UnusableDatabase: it was not kept.
        """
        entry = AuditEntry(
            time=datetime.now(UTC),
            # PostgreSQL's text holds no NUL.
            login=login.replace("\0", "")[:LONGEST],
            name=name.replace("\0", "")[:LONGEST],
            action=action.value,
            what=what.replace("\0", "")[:LONGEST],
            digest=digest,
        )
        with write_transaction(self._engine) as connection, Session(connection) as session:
            session.add(entry)
            session.flush()

    def entries(self, search: AuditSearch = AuditSearch(), most: int | None = None) -> Sequence[AuditEntry]:
        """Return the actions that a search asks for, latest first, all of them or at most some."""
        query = select(AuditEntry).where(*_conditions(search)).order_by(AuditEntry.id.desc()).limit(most)
        with read_transaction(self._engine) as connection, Session(connection, expire_on_commit=False) as session:
            return list(session.scalars(query))

    def count(self, search: AuditSearch = AuditSearch()) -> int:
        """Return how many actions a search asks for."""
        query = select(func.count()).select_from(AuditEntry).where(*_conditions(search))
        with read_transaction(self._engine) as connection:
            return connection.scalar(query) or 0

    def names(self) -> Sequence[str]:
        """Return the names of those who did anything, sorted."""
        with read_transaction(self._engine) as connection:
            return list(connection.scalars(select(AuditEntry.name).distinct().order_by(AuditEntry.name)))


@dataclass(frozen=True)
class PersonsRecorder:
    """The audit of what one person does, by the login's subject and name."""

    audit: Audit
    login: str
    name: str

    def record(self, action: Action, what: str = "", digest: str = "") -> None:
        """Keep an action; raises ``UnusableDatabase`` where it was not kept."""
        self.audit.record(self.login, self.name, action, what, digest)


def _conditions(search: AuditSearch) -> list[ColumnElement[bool]]:
    found = []
    if search.name is not None:
        found.append(AuditEntry.name == search.name)
    if search.action is not None:
        found.append(AuditEntry.action == search.action.value)
    if search.since:
        found.append(AuditEntry.time >= midnight(search.since))
    if search.until:
        found.append(AuditEntry.time < midnight(search.until + timedelta(days=1)))
    return found


def open_audit(url: str) -> Audit:
    """Open the audit in the history's database at a URL of SQLAlchemy; raises as ``open_history``."""
    return Audit(open_database(url))
