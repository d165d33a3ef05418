"""Whether the server is ready."""

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.server import readiness
from dashboard.server.readiness import LOADING, Readiness
from model.network.card import ArtifactMismatch


def asked(state: Readiness) -> tuple[int, str]:
    """Return the status and the sentence of an answer at ``/ready``."""
    answer = TestClient(Starlette(routes=[Route("/ready", state.answer)])).get("/ready")
    return answer.status_code, answer.text


def test_it_is_ready_once_the_network_is_loaded() -> None:
    state = Readiness()
    assert asked(state) == (503, f"{LOADING}\n")
    state.load()
    assert asked(state) == (200, "ready\n")


@pytest.mark.parametrize("loader", ["load_network", "load_scores", "load_ladder"])
def test_files_that_do_not_belong_together_are_named(loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def mismatch(*_: object) -> None:
        raise ArtifactMismatch("pneumonia.tflite: expected SHA-256 a, received b.")

    monkeypatch.setattr(readiness, loader, mismatch)
    state = Readiness()
    state.load()
    assert asked(state) == (503, "pneumonia.tflite: expected SHA-256 a, received b.\n")


def test_what_else_keeps_it_from_loading_is_told_and_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory() -> None:
        raise MemoryError("out of memory")

    monkeypatch.setattr(readiness, "load_network", no_memory)
    state = Readiness()
    with pytest.raises(MemoryError):
        state.load()
    assert asked(state) == (503, "Expected the network to load; out of memory. Look into the server's log.\n")
