"""What the dashboard counts and times of its own work, for Prometheus; nothing of a patient."""

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from dashboard.shared.observability.event_log import log_event

disable_created_metrics()
REGISTRY = CollectorRegistry()
READING_SECONDS = Histogram(
    "lungfield_reading_seconds",
    "Time from a decoded radiograph to its reading.",
    buckets=(0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
    registry=REGISTRY,
)
REFUSALS = Counter(
    "lungfield_refusals",
    "What was refused: a reading (kind: its first warning), a file, a page (kind: its title), a login (kind: why).",
    ("what", "kind"),
    registry=REGISTRY,
)


def count_reading(seconds: float, warnings: tuple[str, ...]) -> None:
    """Count and log a reading that took some seconds; one with warnings counts as refused too."""
    READING_SECONDS.observe(seconds)
    log_event("reading", seconds=round(seconds, 3), warnings=list(warnings))
    if warnings:
        REFUSALS.labels("reading", warnings[0]).inc()


def count_refusal(what: str, kind: str) -> None:
    """Count and log what was refused: a file, a page by its title, or a login."""
    REFUSALS.labels(what, kind).inc()
    log_event("refusal", what=what, kind=kind)
