"""Requests to an archive or a server on the hospital's network, and what its answers say of it."""

from collections.abc import Callable

import requests

from dashboard.node.archive.storage import ArchiveAway

UNWELL = {requests.codes.request_timeout, requests.codes.too_many_requests, *range(500, 600)}
"""HTTP statuses that say nothing of what was sent."""


def lone_session() -> requests.Session:
    """Return a session with one server: no proxy, and no password from a file, that the environment names."""
    session = requests.Session()
    session.trust_env = False
    return session


def answer(url: str, request: Callable[[], requests.Response]) -> requests.Response:
    """Send a request and return the response of a server that is well, whether or not it agrees.

    Args:
        url: for the error.
        request: sends it.

    Raises:
        ArchiveAway: the server cannot be reached, or is not well.
    """
    try:
        response = request()
    except requests.RequestException as problem:
        raise ArchiveAway(f"{url} does not answer: {_why_not(problem)}.") from problem
    if response.status_code in UNWELL:
        raise ArchiveAway(f"{url} answered with HTTP status {response.status_code}.")
    return response


def _why_not(problem: requests.RequestException) -> str:
    """Return in words why there is no response."""
    # The first that fits: a certificate that is not trusted is a failed connection too.
    for kind, words in (
        (requests.exceptions.SSLError, "its certificate is not trusted, or it speaks no TLS"),
        (requests.Timeout, "it took too long"),
        (requests.ConnectionError, "nothing listens there, or the network does not lead there"),
    ):
        if isinstance(problem, kind):
            return words
    return "what it sent was no whole response"
