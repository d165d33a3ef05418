"""Readiness: whether the network is loaded and its files belong together, as a load balancer asks at ``/ready``."""

import threading

from starlette.requests import Request
from starlette.responses import PlainTextResponse

from dashboard.shared.observability.event_log import log_event
from dashboard.shared.resources import load_ladder, load_network, load_scores
from model.io.wording import reason
from model.network.card import ArtifactMismatch

LOADING = "The network is being loaded. Ask again in a moment."


class Readiness:
    """Whether the server is ready, and why not where it is not."""

    def __init__(self) -> None:
        self.problem = LOADING

    def begin(self) -> None:
        """Load the network behind the server, before anybody asks for a page."""
        threading.Thread(target=self.load, name="readiness", daemon=True).start()

    def load(self) -> None:
        """Load the network, its card and its data, as the pages share them."""
        try:
            load_network()
            for split in ("validation", "test"):
                load_scores(split)
            load_ladder()
        except ArtifactMismatch as problem:
            self.problem = str(problem)
        except Exception as problem:
            self.problem = f"Expected the network to load; {reason(problem)}. Look into the server's log."
            raise
        else:
            self.problem = ""
        log_event("readiness", problem=self.problem)

    def answer(self, _: Request) -> PlainTextResponse:
        """Answer with status 200 once the server is ready, else 503, and one sentence."""
        return PlainTextResponse(f"{self.problem or 'ready'}\n", 503 if self.problem else 200)


READINESS = Readiness()
