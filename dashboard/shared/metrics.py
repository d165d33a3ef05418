"""What the dashboard counts and times of its own work, for Prometheus; nothing of a patient."""

import time

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from model.io.radiograph import Radiograph
from model.network.classifier import Classifier, Reading

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


class TimedClassifier(Classifier):
    """The network, with its readings counted and timed."""

    def read(self, radiograph: Radiograph) -> Reading:
        """Return one radiograph's probability, heat map and warnings."""
        began = time.perf_counter()
        reading = super().read(radiograph)
        READING_SECONDS.observe(time.perf_counter() - began)
        if reading.warnings:
            REFUSALS.labels("reading", reading.warnings[0]).inc()
        return reading
