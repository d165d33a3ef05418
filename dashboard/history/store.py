"""The history of readings: numbers and words, append-only; no pixels, no names, no names of files.

A correction is a new row that names the row it corrects. The rows that nothing corrects are the current ones.
"""

import re
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, Select, String, TypeDecorator, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column

from dashboard.history import migrations
from dashboard.history.database import open_engine, reading, writing
from model.network.card import KERAS_FILE, Card
from model.network.classifier import Reading
from model.network.finding import DECISIONS, Finding
from model.network.policy import Policy

WORDS = ("normal", "pneumonia", "unsure")
"""What a reader may say of a radiograph."""
NO_WORD = "none"
"""In a search: the readings of which the reader said nothing."""
LONGEST_COMMENT = 2000


class InvalidReading(ValueError):
    """What was to be kept makes no sense; the message says what was expected and what came."""


@dataclass(frozen=True)
class ModelResult:
    """What the model said of one frame, and by which rule: the part of a row that no reader can correct.

    ``digest`` is the SHA-256 of the file, ``network`` that of the network, both 64 hexadecimal digits. ``frame``
    counts from 1. ``threshold``, ``probability`` and ``p_value`` are 0 to 1. ``policy`` names the rule that the
    threshold comes from, as ``model.network.policy`` does; where it has two, ``threshold`` is the upper one and
    ``lower_threshold`` the lower, else None. ``finding`` is one of ``DECISIONS``. ``warnings`` are short codes
    joined by ``;``.
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
        """Raises ``InvalidReading`` for what the database would refuse, in words that name it."""
        for name in ("digest", "network"):
            if not re.fullmatch("[0-9a-f]{64}", getattr(self, name)):
                raise InvalidReading(f"{name}: expected 64 hexadecimal digits; received {getattr(self, name)!r}.")
        for name in ("threshold", "probability", "p_value"):
            if not 0 <= getattr(self, name) <= 1:
                raise InvalidReading(f"{name}: expected 0 to 1; received {getattr(self, name)}.")
        if self.lower_threshold is not None and not 0 <= self.lower_threshold <= self.threshold:
            raise InvalidReading(
                f"lower_threshold: expected 0 to the threshold, {self.threshold}; received {self.lower_threshold}."
            )
        if self.frame < 1:
            raise InvalidReading(f"frame: expected 1 or more; received {self.frame}.")
        if self.finding not in DECISIONS:
            raise InvalidReading(
                f"finding: expected one of {', '.join(DECISIONS)}; received {str(self.finding)!r}."
            )


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


class FindingText(TypeDecorator[Finding]):
    """Findings in Python, plain text in the database."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Finding | None, dialect: Dialect) -> str | None:
        return value and str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Finding | None:
        return Finding(value) if value else None


class Base(DeclarativeBase):
    type_annotation_map = {datetime: UtcTime(), Finding: FindingText()}  # noqa: RUF012 - SQLAlchemy's own way to declare it


class KeptReading(Base):
    """One row: ``ModelResult``'s fields, when it was written, and what the reader said.

    ``word`` is one of ``WORDS`` or None. ``reader_first`` holds where the word was given before the model's
    result was shown. ``corrects`` is the ``id`` of the row that this one takes the place of, or None.
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
    word: Mapped[str | None]
    reader_first: Mapped[int]
    comment: Mapped[str]
    corrects: Mapped[int | None]
    lower_threshold: Mapped[float | None]

    def result(self) -> ModelResult:
        """The row's model part."""
        return ModelResult(**{name: getattr(self, name) for name in ModelResult.__dataclass_fields__})


@dataclass(frozen=True)
class Search:
    """Which readings are wanted; what is None or empty does not matter.

    ``digest`` is the beginning of one. ``word`` is one of ``WORDS`` or ``NO_WORD``. ``since`` and ``until`` are
    days in UTC, both included. ``current`` leaves out what was corrected.
    """

    digest: str = ""
    finding: str | None = None
    word: str | None = None
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
        word: str | None = None,
        reader_first: bool = False,
        comment: str = "",
        moment: datetime | None = None,
    ) -> int:
        """Keep a reading; it is on the disk when its number is returned.

        ``moment``, aware, is now where it is not given.

        Raises:
            InvalidReading: no such word, a first word that is none, or a comment beyond ``LONGEST_COMMENT``.
            UnusableDatabase: the reading was not kept.
        """
        values = asdict(result) | _said(word, reader_first, comment, moment)
        with writing(self._engine) as connection:
            return _insert(connection, values)

    def correct(self, number: int, *, word: str | None, comment: str, moment: datetime | None = None) -> int:
        """Take back a reading's word and comment for others, in a new row whose number is returned.

        A changed word is never a first word: the model's result has been seen meanwhile.

        Raises:
            InvalidReading: there is no such reading, it was corrected already, or nothing would change.
            UnusableDatabase: the correction was not kept.
        """
        with writing(self._engine) as connection, Session(connection) as session:
            # Locked, so that of two who correct it at once the second is told of the first.
            row = session.get(KeptReading, number, with_for_update=True)
            later = session.scalar(select(KeptReading.id).where(KeptReading.corrects == number))
            if row is None:
                raise InvalidReading(f"Expected the number of a kept reading; there is no number {number}.")
            if later is not None:
                raise InvalidReading(f"Reading {number} was corrected already, by {later}. Correct that one.")
            if (word, comment) == (row.word, row.comment):
                raise InvalidReading(f"Reading {number} says just that. Expected another word or another comment.")
            said = _said(word, bool(row.reader_first) and word == row.word, comment, moment)
            return _insert(connection, asdict(row.result()) | said | {"corrects": number})

    def readings(self, search: Search = Search()) -> list[KeptReading]:
        """The readings that a search is for, latest first."""
        with reading(self._engine) as connection, Session(connection, expire_on_commit=False) as session:
            return list(session.scalars(_query(search)))


def open_history(url: str) -> History:
    """The history at a URL of SQLAlchemy; an empty database is set up, an older one is brought up to date.

    Raises:
        UnusableDatabase: it cannot be opened, or a newer Lungfield wrote it.
    """
    engine = open_engine(url)
    with reading(engine) as connection:
        current = migrations.version(connection) == len(migrations.STEPS)
    if not current:
        with writing(engine) as connection:
            migrations.upgrade(connection)
    return History(engine)


def _insert(connection: Connection, values: dict[str, Any]) -> int:
    number = connection.scalar(insert(KeptReading).values(values).returning(KeptReading.id))
    assert number is not None  # for mypy: an insert returns its row or raises
    return number


def _said(word: str | None, reader_first: bool, comment: str, moment: datetime | None) -> dict[str, Any]:
    """The reader's part of a row."""
    if word is not None and word not in WORDS:
        raise InvalidReading(f"word: expected one of {', '.join(WORDS)}, or none; received {word!r}.")
    if reader_first and word is None:
        raise InvalidReading("word: expected one that was given before the model's result; received none.")
    if len(comment) > LONGEST_COMMENT:
        raise InvalidReading(f"comment: expected at most {LONGEST_COMMENT} characters; received {len(comment)}.")
    # PostgreSQL's text holds no NUL.
    comment = comment.replace("\0", "")
    moment = moment or datetime.now(UTC)
    return {"word": word, "reader_first": int(reader_first), "comment": comment, "time": moment}


def _query(search: Search) -> Select[KeptReading]:
    query = select(KeptReading).order_by(KeptReading.id.desc())
    if search.current:
        later = aliased(KeptReading)
        query = query.where(~select(later.id).where(later.corrects == KeptReading.id).exists())
    if search.digest:
        query = query.where(KeptReading.digest.startswith(search.digest.strip().lower(), autoescape=True))
    if search.finding:
        query = query.where(KeptReading.finding == search.finding)
    if search.word:
        query = query.where(KeptReading.word == (None if search.word == NO_WORD else search.word))
    if search.model_version:
        query = query.where(KeptReading.model_version == search.model_version)
    if search.since:
        query = query.where(KeptReading.time >= _midnight(search.since))
    if search.until:
        query = query.where(KeptReading.time < _midnight(search.until + timedelta(days=1)))
    return query


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
