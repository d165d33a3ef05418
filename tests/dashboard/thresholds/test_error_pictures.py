"""Pictures of errors are shown where the data set is, small and in memory."""

import base64
from pathlib import Path

import pytest

from dashboard.thresholds import error_pictures
from tests.pictures import chest, png


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "test").mkdir()
    monkeypatch.setenv(error_pictures.VARIABLE, str(tmp_path))
    return tmp_path


def test_they_are_present_where_the_data_set_is(data: Path) -> None:
    assert not error_pictures.are_present(["test/a.png"])
    (data / "test/a.png").write_bytes(png(chest()))
    assert error_pictures.are_present(["test/a.png", "test/b.png"])
    assert not error_pictures.are_present(None) and not error_pictures.are_present([])


def test_a_thumbnail_is_a_small_jpeg_in_an_address_of_its_own(data: Path) -> None:
    (data / "test/a.png").write_bytes(png(chest(600, 500)))
    address = error_pictures.thumbnail("test/a.png")
    assert address is not None and address.startswith("data:image/jpeg;base64,")
    assert len(base64.b64decode(address.split(",")[1])) < 20_000


def test_what_cannot_be_read_is_left_out(data: Path) -> None:
    (data / "test/a.png").write_bytes(b"no picture")
    assert error_pictures.thumbnail("test/a.png") is None
    assert error_pictures.thumbnail("test/none.png") is None
