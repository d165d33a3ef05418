"""What the dashboard counts and times of its own work, for Prometheus; nothing of a patient."""

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

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
