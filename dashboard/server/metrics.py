"""Metrics in Prometheus' text format, at ``/metrics``."""

import os
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from streamlit import runtime
from streamlit.runtime.stats import ACTIVE_SESSIONS_FAMILY, GaugeStat

from dashboard.node.configuration import VARIABLE, InvalidConfiguration, load_configuration
from dashboard.node.spool import UnusableSpool
from dashboard.node.status import read_status
from dashboard.server.readiness import READINESS
from dashboard.shared.observability.metrics import REGISTRY


class ServerState(Collector):
    """What the server is asked for at the moment of a scrape."""

    def collect(self) -> Iterator[Metric]:
        """Yield readiness, sessions and, where a node is configured, its queue."""
        yield gauge("lungfield_ready", "Whether the network is loaded and its files belong together.", ready())
        yield gauge("lungfield_sessions", "Open pages.", sessions())
        if file := os.environ.get(VARIABLE):
            yield from node_metrics(Path(file))


def ready() -> int:
    """Return 1 once the server is ready, else 0."""
    return int(not READINESS.problem)


def sessions() -> int:
    """Return how many pages are open in browsers."""
    if not runtime.exists():
        return 0
    families = runtime.get_instance().stats_mgr.get_stats([ACTIVE_SESSIONS_FAMILY])
    return sum(int(stat.value) for stats in families.values() for stat in stats if isinstance(stat, GaugeStat))


def node_metrics(configuration: Path) -> Iterator[Metric]:
    """Yield what a DICOM node's spool holds; of one that cannot be read, that it cannot."""
    try:
        status = read_status(load_configuration(configuration).spool)
    except (InvalidConfiguration, UnusableSpool):
        yield gauge("lungfield_node_spool_readable", "Whether the node's spool can be read.", 0)
        return
    yield gauge("lungfield_node_spool_readable", "Whether the node's spool can be read.", 1)
    yield gauge("lungfield_node_waiting", "Radiographs that wait for an answer.", status.waiting)
    yield gauge("lungfield_node_failed", "Radiographs that a person has to look after.", status.failed)
    yield gauge("lungfield_node_archive_outage", "Whether the archive does not answer.", int(bool(status.outage)))


def gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    """Return a metric that may go up and down."""
    return GaugeMetricFamily(name, meaning, value)


def answer(_: Request) -> Response:
    """Answer with every metric."""
    return Response(generate_latest(REGISTRY) + generate_latest(STATE), media_type=CONTENT_TYPE_LATEST)


STATE = CollectorRegistry()
STATE.register(ServerState())
ProcessCollector(registry=STATE)
