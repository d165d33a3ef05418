"""What is answered to this machine alone, where a login is asked for."""

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.access.door import Door, is_this_machine
from dashboard.access.entrance import load_entrance

PATHS = frozenset({"/metrics", "/_stcore/metrics"})
"""The dashboard's metrics, and Streamlit's."""
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
"""Headers of a proxy, which speaks for another machine."""


class ThisMachineAlone:
    """Middleware that refuses ``PATHS`` to other machines where a login is asked for: no login comes with them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with status 403."""
        asked = scope["type"] == "http" and scope["path"].rstrip("/") in PATHS
        if asked and not comes_from_here(scope) and load_entrance().door is Door.LOGIN:
            refusal = "Expected a request from the machine that serves the dashboard, not through its proxy.\n"
            await PlainTextResponse(refusal, 403)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def comes_from_here(scope: Scope) -> bool:
    """Return whether a request comes from this machine, and through no proxy."""
    headers = Headers(scope=scope)
    host, _ = scope.get("client") or ("", 0)
    return is_this_machine(host) and not any(name in headers for name in FORWARDED)
