"""The contract finds what breaks it."""

import time
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from tests.fuzz import contract
from tests.fuzz.contract import check
from tests.fuzz.kinds import Breach, Kind
from tests.fuzz.mutation import mutated


class Own(Exception):
    """An error of the package's own."""


def kind(opened: object) -> Kind:
    return Kind("made up", opened, (Own,), list, lambda _: b"", 1)  # type: ignore[arg-type]


def refusing(message: str) -> object:
    def opened(data: bytes, folder: Path) -> Iterable[str]:
        raise Own(message)

    return opened


def test_what_is_read_or_refused_in_words_keeps_the_contract(tmp_path: Path) -> None:
    def writing(data: bytes, folder: Path) -> Iterable[str]:
        (folder / "here").write_bytes(data)
        return ["a line that helps"]

    assert check(kind(writing), b"data", tmp_path)
    assert not check(kind(refusing("Expected a radiograph.")), b"", tmp_path)


@pytest.mark.parametrize(
    ("message", "found"), [("", "a message is empty"), ("received b'1'", "a message shows Python: received b'")]
)
def test_a_message_that_does_not_help_is_found(message: str, found: str, tmp_path: Path) -> None:
    with pytest.raises(Breach, match=found):
        check(kind(refusing(message)), b"", tmp_path)


def test_an_error_of_another_package_is_found(tmp_path: Path) -> None:
    with pytest.raises(Breach, match=r"TypeError at .*: .*NoneType"):
        check(kind(lambda data, folder: len(None)), b"", tmp_path)  # type: ignore[arg-type]


def test_writing_elsewhere_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "temporary", lambda: str(tmp_path / "inside"))

    def writing(data: bytes, folder: Path) -> Iterable[str]:
        (tmp_path / "outside").write_bytes(data)
        return ()

    with pytest.raises(Breach, match=r"written outside the temporary folder: open .*outside"):
        check(kind(writing), b"", tmp_path)


def test_too_much_computing_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "SECONDS", 0.01)

    def computing(data: bytes, folder: Path) -> Iterable[str]:
        end = time.process_time() + 0.05
        while time.process_time() < end:
            pass
        return ()

    with pytest.raises(Breach, match=r"more than 0\.01 s of computing"):
        check(kind(computing), b"", tmp_path)


def test_too_much_memory_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = iter((0, 2**30 + 2**20))
    monkeypatch.setattr(contract, "memory_held", lambda: next(held))

    with pytest.raises(Breach, match="more than 1024 MiB: 1025 MiB"):
        check(kind(lambda data, folder: ()), b"", tmp_path)


def test_mutation_is_the_same_by_the_same_chance() -> None:
    results = [mutated(bytes(range(200)), b"other", Random(seed)) for seed in (*range(50), *range(50))]
    assert results[:50] == results[50:]
    assert len(set(results[:50])) > 40
