"""The history of readings, append-only: results, findings and comments; no pixels, no names of patients or files.

A correction is a new row that names the row it corrects. The rows that nothing corrects are the current ones.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, DateTime, Dialect, Engine, Enum, Select, TypeDecorator, inspect, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column

from dashboard.history import migrations
from dashboard.history.database import check_intact, damaged, open_engine, read_transaction, write_transaction
from model.io.wording import quoted, reason
from model.network.card import KERAS_FILE, Card
from model.network.classifier import Reading
from model.network.finding import DECISIONS, Finding
from model.network.policy import Policy

READER_FINDINGS = ("normal", "pneumonia", "unsure")
NO_READER_FINDING = "none"
"""In a search: the readings to which no reader gave a finding."""
LONGEST_COMMENT = 2000
LONGEST_NAME = 64


class InvalidReading(ValueError):
    """A reading that cannot be kept; the message says what was expected and what was received."""


@dataclass(frozen=True)
class ModelResult:
    """The model's result on one frame and the policy that decided it: the part of a row that is never corrected.

    ``digest`` is the SHA-256 of the file, ``network`` that of the network, both 64 hexadecimal digits. ``frame``
    counts from 1. ``threshold``, ``probability`` and ``p_value`` are 0 to 1. ``policy`` is a policy's name;
    where it has two thresholds, ``threshold`` is the upper one and ``lower_threshold`` the lower, else None.
    ``finding`` is one of ``DECISIONS``. ``warnings`` are short codes joined by ``;``.

    Raises:
        InvalidReading: a value that the database would refuse.
    """

    digest: str
    frame: int
    model_version: str
    network: str
    threshold: float
    policy: str
    probability: float
    p_value: float
    finding: Finding
    warnings: str
    lower_threshold: float | None = None

    def __post_init__(self) -> None:
        is_digest = re.compile("[0-9a-f]{64}").fullmatch
        lower = 0 if self.lower_threshold is None else self.lower_threshold
        for name, holds, expected in (
            ("digest", is_digest(self.digest), "64 hexadecimal digits"),
            ("network", is_digest(self.network), "64 hexadecimal digits"),
            ("threshold", 0 <= self.threshold <= 1, "0 to 1"),
            ("probability", 0 <= self.probability <= 1, "0 to 1"),
            ("p_value", 0 <= self.p_value <= 1, "0 to 1"),
            ("lower_threshold", 0 <= lower <= self.threshold, f"0 to the threshold, {self.threshold}"),
            ("frame", self.frame >= 1, "1 or more"),
            ("finding", self.finding in DECISIONS, f"one of {', '.join(DECISIONS)}"),
        ):
            if not holds:
                raise InvalidReading(f"{name}: expected {expected}; received {quoted(getattr(self, name))}.")


def model_result(reading: Reading, card: Card, policy: Policy, frame: int = 1) -> ModelResult:
    """Return what the history keeps of a reading as a policy decides it: all but its heat map."""
    return ModelResult(
        digest=reading.digest,
        frame=frame,
        model_version=reading.model_version,
        network=card.files[KERAS_FILE],
        threshold=policy.high,
        policy=policy.name,
        probability=reading.probability,
        p_value=reading.p_value,
        finding=policy.finding(reading).decision,
        warnings=";".join(reading.warnings),
        lower_threshold=policy.lower,
    )


class UtcTime(TypeDecorator[datetime]):
    """Aware datetimes in Python, UTC without a zone in the database: SQLite has no zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Datetimes are kept as ``UtcTime``, findings as plain text."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own way to declare it
        datetime: UtcTime(),
        Finding: Enum(Finding, native_enum=False, values_callable=lambda found: [each.value for each in found]),
    }


class KeptReading(Base):
    """A row: the fields of ``ModelResult``, when it was written, and the reader's name, finding and comment.

    ``reader_finding``, in the column ``word``, is one of ``READER_FINDINGS`` or None. ``reader_first`` is 1 where
    it was given before the model's result was shown, else 0. ``corrects`` is the ``id`` of the row that this one
    replaces, or None. ``reader`` is empty where no name was given.
    """

    __tablename__ = "readings"

    id: Mapped[int] = mapped_column(primary_key=True)
    time: Mapped[datetime]
    digest: Mapped[str]
    frame: Mapped[int]
    model_version: Mapped[str]
    network: Mapped[str]
    threshold: Mapped[float]
    policy: Mapped[str]
    probability: Mapped[float]
    p_value: Mapped[float]
    finding: Mapped[Finding]
    warnings: Mapped[str]
    reader_finding: Mapped[str | None] = mapped_column("word")
    reader_first: Mapped[int]
    comment: Mapped[str]
    corrects: Mapped[int | None]
    lower_threshold: Mapped[float | None]
    reader: Mapped[str]

    def result(self) -> ModelResult:
        """Return the row's part that is never corrected."""
        return ModelResult(**{name: getattr(self, name) for name in ModelResult.__dataclass_fields__})


@dataclass(frozen=True)
class Search:
    """Which readings are wanted; a field that is None or empty excludes none.

    ``digest`` is the beginning of one. ``reader_finding`` is one of ``READER_FINDINGS`` or ``NO_READER_FINDING``.
    ``since`` and ``until`` are days in UTC, both included. ``current`` leaves out the rows that were corrected.
    """

    digest: str = ""
    finding: str | None = None
    reader_finding: str | None = None
    since: date | None = None
    until: date | None = None
    model_version: str | None = None
    current: bool = True


class History:
    """The readings in one database; ``open_history`` makes it. Threads may share it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(
        self,
        result: ModelResult,
        *,
        reader_finding: str | None = None,
        reader_first: bool = False,
        comment: str = "",
        reader: str = "",
        moment: datetime | None = None,
        again: bool = False,
    ) -> int:
        """Keep a reading and return its number; it is on the disk by then.

        Args:
            result, reader_finding, reader_first, comment, reader: as in a row.
            moment: aware; by default now.
            again: this was tried before, at the same moment, and its success is not known: it is kept once.

        Raises:
            InvalidReading: no such finding, none that came first, a comment beyond ``LONGEST_COMMENT``, or a name
                beyond ``LONGEST_NAME``.
            UnusableDatabase: the reading was not kept.
        """
        row = _row(result, reader_finding, reader_first, comment, reader, moment)
        with write_transaction(self._engine) as connection, Session(connection) as session:
            # A server that is lost while it answers may have kept the row.
            kept = again and session.scalar(select(KeptReading.id).where(*_equal_columns(row)))
            return kept or _append(session, row)

    def correct(
        self,
        number: int,
        *,
        reader_finding: str | None,
        comment: str,
        reader: str = "",
        moment: datetime | None = None,
    ) -> int:
        """Replace a reading's finding and comment by a new row, and return its number.

        A changed finding no longer counts as given first: the model's result has been seen meanwhile.

        Raises:
            InvalidReading: there is no such reading, it was corrected already, or nothing would change.
            UnusableDatabase: the correction was not kept.
        """
        with write_transaction(self._engine) as connection, Session(connection) as session:
            # Locked, so that of two who correct it at once the second finds the correction of the first.
            with _as_kept(self._engine):
                old = session.get(KeptReading, number, with_for_update=True)
            later = session.scalar(select(KeptReading.id).where(KeptReading.corrects == number))
            if old is None:
                raise InvalidReading(f"Expected the number of a kept reading; there is no number {number}.")
            if later is not None:
                raise InvalidReading(f"Reading {number} was corrected already, by {later}. Correct that one.")
            if (reader_finding, comment) == (old.reader_finding, old.comment):
                raise InvalidReading(f"Reading {number} says just that. Expected another word or another comment.")
            reader_first = bool(old.reader_first) and reader_finding == old.reader_finding
            with _as_kept(self._engine):
                kept = old.result()
            row = _row(kept, reader_finding, reader_first, comment, reader, moment)
            row.corrects = number
            return _append(session, row)

    def readings(self, search: Search = Search()) -> list[KeptReading]:
        """Return the readings that a search asks for, latest first."""
        with (
            read_transaction(self._engine) as connection,
            Session(connection, expire_on_commit=False) as session,
            _as_kept(self._engine),
        ):
            return list(session.scalars(_matching(search)))

    def of_files(self, digests: Collection[str]) -> list[KeptReading]:
        """Return the current readings of some files, given by their SHA-256, latest first."""
        with (
            read_transaction(self._engine) as connection,
            Session(connection, expire_on_commit=False) as session,
            _as_kept(self._engine),
        ):
            return list(session.scalars(_matching(Search()).where(KeptReading.digest.in_(digests))))


@contextmanager
def _as_kept(engine: Engine) -> Iterator[None]:
    """Turn values that ``History.record`` cannot have written, and nothing can read, into ``UnusableDatabase``."""
    try:
        yield
    except (LookupError, TypeError, ValueError) as problem:
        raise damaged(engine, reason(problem)) from problem


def open_history(url: str) -> History:
    """Open the history at a URL of SQLAlchemy; raises as ``open_database``."""
    return History(open_database(url))


def open_database(url: str) -> Engine:
    """Open the database at a URL of SQLAlchemy: set up an empty one, migrate an older one.

    Raises:
        UnusableDatabase: it cannot be opened, or a newer Lungfield wrote it.
    """
    engine = open_engine(url)
    with read_transaction(engine) as connection:
        check_intact(connection)
        current = migrations.schema_version(connection) == len(migrations.STEPS)
    if not current:
        with write_transaction(engine) as connection:
            migrations.migrate(connection)
    return engine


def _row(
    result: ModelResult,
    reader_finding: str | None,
    reader_first: bool,
    comment: str,
    reader: str,
    moment: datetime | None,
) -> KeptReading:
    if reader_finding not in (None, *READER_FINDINGS):
        raise InvalidReading(
            f"reader_finding: expected one of {', '.join(READER_FINDINGS)}, or none; "
            f"received {quoted(reader_finding)}."
        )
    if reader_first and reader_finding is None:
        raise InvalidReading("reader_finding: expected one given before the model's result; received none.")
    if len(comment) > LONGEST_COMMENT:
        raise InvalidReading(f"comment: expected at most {LONGEST_COMMENT} characters; received {len(comment)}.")
    if len(reader) > LONGEST_NAME:
        raise InvalidReading(f"reader: expected at most {LONGEST_NAME} characters; received {len(reader)}.")
    return KeptReading(
        **asdict(result),
        time=moment or datetime.now(UTC),
        reader_finding=reader_finding,
        reader_first=int(reader_first),
        # PostgreSQL's text holds no NUL.
        comment=comment.replace("\0", ""),
        reader=reader.replace("\0", "").strip(),
    )


def _equal_columns(row: KeptReading) -> list[ColumnElement[bool]]:
    """Return the conditions under which a kept row says what this one says, at the same moment."""
    columns = (column.key for column in inspect(KeptReading).column_attrs if column.key != "id")
    return [getattr(KeptReading, name) == getattr(row, name) for name in columns]


def _append(session: Session, row: KeptReading) -> int:
    session.add(row)
    session.flush()
    return row.id


def _matching(search: Search) -> Select[KeptReading]:
    query = select(KeptReading).order_by(KeptReading.id.desc())
    if search.current:
        later = aliased(KeptReading)
        query = query.where(~select(later.id).where(later.corrects == KeptReading.id).exists())
    if search.digest:
        query = query.where(KeptReading.digest.startswith(search.digest.strip().lower(), autoescape=True))
    if search.finding:
        query = query.where(KeptReading.finding == search.finding)
    if search.reader_finding:
        given = None if search.reader_finding == NO_READER_FINDING else search.reader_finding
        query = query.where(KeptReading.reader_finding == given)
    if search.model_version:
        query = query.where(KeptReading.model_version == search.model_version)
    if search.since:
        query = query.where(KeptReading.time >= midnight(search.since))
    if search.until:
        query = query.where(KeptReading.time < midnight(search.until + timedelta(days=1)))
    return query


def midnight(day: date) -> datetime:
    """Return the beginning of a day in UTC."""
    return datetime.combine(day, time(), UTC)
