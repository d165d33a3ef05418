"""The node's configuration: a TOML file, checked whole before anything starts.

``docs/hospital.md`` shows one. Secrets are not in it: the archive's password is in an environment variable.
"""

import dataclasses
import ipaddress
import os
import tomllib
from dataclasses import MISSING, dataclass, field
from pathlib import Path
from typing import Any, get_args, get_type_hints
from urllib.parse import urlsplit

from model.io.wording import quoted, reason

VARIABLE = "LUNGFIELD_NODE"
"""The environment variable that names the file."""
PASSWORD_VARIABLE = "LUNGFIELD_ARCHIVE_PASSWORD"
TOKEN_VARIABLE = "LUNGFIELD_FHIR_TOKEN"
REPORT, HEAT_MAP, SEGMENTATION = "report", "heat_map", "segmentation"
ANSWERS = (REPORT, HEAT_MAP, SEGMENTATION)
"""The objects that an answer can consist of: a structured report, a secondary capture of the heat map, and a
segmentation of lungs and evidence."""

_LONGEST_AE_TITLE = 16
"""Characters (PS3.5, table 6.2-1)."""


class InvalidConfiguration(ValueError):
    """The configuration cannot be used; the message names the key, what was expected and what was received."""


@dataclass(frozen=True)
class Tls:
    """Files in PEM for DICOM's own TLS profile (PS3.15 B.12, BCP 195), where both sides show a certificate."""

    certificate: Path
    key: Path
    authority: Path


@dataclass(frozen=True)
class Listen:
    """Where the node listens, and whom it listens to.

    ``associations`` may be open at once; an object of more than ``max_object_mib`` MiB, which each of them may
    hold in memory, is refused. ``calling_ae_titles`` and ``calling_addresses`` (addresses or networks, such as
    10.1.0.0/16) let nobody else in; empty lets everybody.
    """

    host: str = "127.0.0.1"
    port: int = 11112
    ae_title: str = "LUNGFIELD"
    associations: int = 8
    max_object_mib: int = 256
    calling_ae_titles: tuple[str, ...] = ()
    calling_addresses: tuple[str, ...] = ()
    tls: Tls | None = None

    def __post_init__(self) -> None:
        _check_port("listen.port", self.port)
        _check_ae_titles("listen.ae_title", self.ae_title)
        _check_ae_titles("listen.calling_ae_titles", *self.calling_ae_titles)
        if self.associations < 1:
            raise InvalidConfiguration(f"listen.associations: expected 1 or more; received {self.associations}.")
        if self.max_object_mib < 1:
            raise InvalidConfiguration(
                f"listen.max_object_mib: expected 1 or more, in MiB; received {self.max_object_mib}."
            )
        # Parsed here for its error alone.
        self.networks()
        if not (self.is_local() or self.calling_addresses or self.tls):
            raise InvalidConfiguration(
                f"listen.host: {self.host} can be reached from other machines. Expected listen.calling_addresses "
                f"or listen.tls beside it, so that not everybody can send and fill the disk."
            )

    def networks(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """Return ``calling_addresses`` as networks."""
        try:
            return tuple(map(ipaddress.ip_network, self.calling_addresses))
        except ValueError as problem:
            raise InvalidConfiguration(
                f"listen.calling_addresses: expected addresses or networks, such as 10.1.0.7 or 10.1.0.0/16; "
                f"received {quoted(self.calling_addresses)} ({reason(problem)})."
            ) from problem

    def is_local(self) -> bool:
        """Return whether this machine alone reaches the node."""
        return self.host == "localhost" or self.host == "::1" or self.host.startswith("127.")


@dataclass(frozen=True)
class ArchiveSettings:
    """The archive that gets the answers: a DICOM node (``host``, ``port``, ``ae_title``) or DICOMweb at ``url``.

    ``user`` is for DICOMweb's basic authentication, with the password in ``LUNGFIELD_ARCHIVE_PASSWORD``.
    ``timeout`` is in seconds. A DICOM node is searched too where it knows ``move_ae_title``, at ``move_port`` of
    this machine, as where to move what was found (C-MOVE).
    """

    url: str = ""
    user: str = ""
    host: str = ""
    port: int = 104
    ae_title: str = ""
    tls: Tls | None = None
    timeout: float = 30.0
    move_ae_title: str = ""
    move_port: int = 11113

    def __post_init__(self) -> None:
        if bool(self.url) == bool(self.host):
            raise InvalidConfiguration(
                f"archive: expected either url, for DICOMweb, or host, port and ae_title, for C-STORE; "
                f"received {'both' if self.url else 'neither'}."
            )
        if self.url:
            _check_url("archive.url", self.url, "DICOMweb, such as https://archive.example/dicom-web")
        if self.host:
            _check_port("archive.port", self.port)
            _check_ae_titles("archive.ae_title", self.ae_title)
        if self.move_ae_title:
            _check_ae_titles("archive.move_ae_title", self.move_ae_title)
        _check_port("archive.move_port", self.move_port)
        if self.user and not self.password():
            raise InvalidConfiguration(
                f"archive.user: expected the password of {quoted(self.user)} in the environment variable "
                f"{PASSWORD_VARIABLE}; it is not set."
            )
        _check_timeout("archive.timeout", self.timeout)

    @staticmethod
    def password() -> str:
        """Return the password, empty where there is none; no configuration that is printed shows it."""
        return os.environ.get(PASSWORD_VARIABLE, "")


@dataclass(frozen=True)
class FhirSettings:
    """A FHIR R4 server at ``url`` that gets diagnostic reports beside the archive.

    It is shown the bearer token in ``LUNGFIELD_FHIR_TOKEN``, if there is one. ``timeout`` is in seconds.
    """

    url: str
    timeout: float = 30.0

    def __post_init__(self) -> None:
        _check_url("fhir.url", self.url, "a FHIR server, such as https://ehr.example/fhir")
        _check_timeout("fhir.timeout", self.timeout)

    @staticmethod
    def token() -> str:
        """Return the bearer token, empty where there is none."""
        return os.environ.get(TOKEN_VARIABLE, "")


@dataclass(frozen=True)
class ReadingSettings:
    """How radiographs are decided and answered.

    ``policy`` is one of the model card's by name, unless ``threshold``, 0 to 1, is the hospital's own.
    ``answers`` are among ``ANSWERS``. Files of more than ``max_frames`` frames, such as fluoroscopies, fail.
    """

    policy: str = "default"
    threshold: float | None = None
    answers: tuple[str, ...] = (REPORT, HEAT_MAP)
    max_frames: int = 8

    def __post_init__(self) -> None:
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise InvalidConfiguration(f"reading.threshold: expected 0 to 1; received {self.threshold:g}.")
        if not self.answers or not set(self.answers) <= set(ANSWERS):
            raise InvalidConfiguration(
                f"reading.answers: expected some of {', '.join(ANSWERS)}; received {quoted(self.answers)}."
            )
        if self.max_frames < 1:
            raise InvalidConfiguration(f"reading.max_frames: expected 1 or more; received {self.max_frames}.")


@dataclass(frozen=True)
class Configuration:
    """All of the configuration; ``shadow`` reads without answering, and keeps the results in the history."""

    spool: Path
    shadow: bool = False
    listen: Listen = field(default_factory=Listen)
    archive: ArchiveSettings | None = None
    fhir: FhirSettings | None = None
    reading: ReadingSettings = field(default_factory=ReadingSettings)

    def __post_init__(self) -> None:
        if self.archive is None and not self.shadow:
            raise InvalidConfiguration(
                "archive: expected where answers go, as a table [archive]; received none. "
                "Or set shadow = true, to read without answering."
            )


def load_configuration(file: Path) -> Configuration:
    """Read the configuration in a TOML file; relative paths in it are relative to its folder.

    Raises:
        InvalidConfiguration: it cannot be read, is no TOML, lacks a key or has one that is unknown, or a value is
            not of its kind.
    """
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise InvalidConfiguration(
            f"{file}: expected the node's configuration as TOML, as in docs/hospital.md; {reason(problem)}."
        ) from problem
    try:
        configuration: Configuration = _table(Configuration, given, "", file.parent)
    except InvalidConfiguration as problem:
        raise InvalidConfiguration(f"{file}: {problem}") from problem
    return configuration


def _table(kind: Any, given: dict[str, Any], where: str, folder: Path) -> Any:
    """Return a table as a dataclass, whose fields are its keys."""
    fields = {each.name: each for each in dataclasses.fields(kind)}
    if unknown := sorted(given.keys() - fields.keys()):
        raise InvalidConfiguration(
            f"{where}{unknown[0]}: no such key. Expected some of {', '.join(fields)}{_in_table(where)}."
        )
    for name, each in fields.items():
        if name not in given and each.default is MISSING and each.default_factory is MISSING:
            raise InvalidConfiguration(f"{where}{name}: expected a value; received nothing.")
    types = get_type_hints(kind)
    return kind(**{name: _value(types[name], value, f"{where}{name}", folder) for name, value in given.items()})


def _in_table(where: str) -> str:
    return f" in the table [{where.removesuffix('.')}]" if where else ""


_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false", Path: "a path"}


def _value(kind: Any, given: Any, where: str, folder: Path) -> Any:
    kind = next((each for each in get_args(kind) if each is not type(None)), kind) if _is_optional(kind) else kind
    if dataclasses.is_dataclass(kind):
        if not isinstance(given, dict):
            raise InvalidConfiguration(f"{where}: expected a table; received {quoted(given)}.")
        return _table(kind, given, f"{where}.", folder)
    if get_args(kind):
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            raise InvalidConfiguration(f"{where}: expected a list of texts; received {quoted(given)}.")
        return tuple(given)
    accepted: Any = {Path: str, float: (int, float)}.get(kind, kind)
    if not isinstance(given, accepted) or (isinstance(given, bool) and kind is not bool):
        raise InvalidConfiguration(f"{where}: expected {_NAMES[kind]}; received {quoted(given)}.")
    return folder / Path(given).expanduser() if kind is Path else kind(given)


def _is_optional(kind: Any) -> bool:
    return type(None) in get_args(kind)


def _check_port(where: str, port: int) -> None:
    if not 0 <= port <= 65535:
        raise InvalidConfiguration(f"{where}: expected 0 to 65535; received {port}.")


def _check_url(where: str, url: str, what: str) -> None:
    address = urlsplit(url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise InvalidConfiguration(f"{where}: expected the address of {what}; received {quoted(url)}.")


def _check_timeout(where: str, timeout: float) -> None:
    if timeout <= 0:
        raise InvalidConfiguration(f"{where}: expected seconds above 0; received {timeout:g}.")


def _check_ae_titles(where: str, *titles: str) -> None:
    """Check application entity titles (PS3.5 6.2)."""
    for title in titles:
        if not (title.strip() and len(title) <= _LONGEST_AE_TITLE and title.isascii() and "\\" not in title):
            raise InvalidConfiguration(
                f"{where}: expected 1 to {_LONGEST_AE_TITLE} ASCII characters, not all spaces and no backslash; "
                f"received {quoted(title)}."
            )
