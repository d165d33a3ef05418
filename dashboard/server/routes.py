"""What the server answers beside pages."""

from starlette.middleware import Middleware
from starlette.routing import Route

from dashboard.server import metrics
from dashboard.server.readiness import READINESS
from dashboard.server.this_machine import ThisMachineAlone

ROUTES = (Route("/ready", READINESS.answer), Route("/metrics", metrics.answer))
MIDDLEWARE = (Middleware(ThisMachineAlone),)
