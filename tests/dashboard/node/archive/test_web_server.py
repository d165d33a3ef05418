"""What an answer over HTTP says of the server."""

import pytest
import requests

from dashboard.node.archive.storage import ArchiveAway
from dashboard.node.archive.web_server import UNWELL, answer, lone_session

URL = "https://pacs/studies"


def response(status: int) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    return made


@pytest.mark.parametrize("status", [200, 202, 404, 409])
def test_server_that_is_well_is_heard_whether_or_not_it_agrees(status: int) -> None:
    assert answer(URL, lambda: response(status)).status_code == status


@pytest.mark.parametrize("status", sorted(UNWELL)[:4])
def test_server_that_is_not_well_is_away(status: int) -> None:
    with pytest.raises(ArchiveAway, match=f"{URL} answered with HTTP status {status}"):
        answer(URL, lambda: response(status))


@pytest.mark.parametrize(
    ("problem", "why"),
    [
        (requests.exceptions.SSLError, "its certificate is not trusted"),
        (requests.exceptions.ConnectTimeout, "it took too long"),
        (requests.ConnectionError, "nothing listens there"),
        (requests.exceptions.ChunkedEncodingError, "what it sent was no whole response"),
    ],
)
def test_server_that_cannot_be_reached_is_away(problem: type[requests.RequestException], why: str) -> None:
    def unreachable() -> requests.Response:
        raise problem

    with pytest.raises(ArchiveAway, match=f"{URL} does not answer: {why}"):
        answer(URL, unreachable)


def test_session_asks_no_proxy_and_no_file_of_passwords() -> None:
    assert not lone_session().trust_env
