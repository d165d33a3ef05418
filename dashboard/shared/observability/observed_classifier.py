"""The network as the pages use it: its readings are counted, timed and kept for the audit."""

import copy
import time
from typing import Self

from dashboard.shared.observability.activity import Action, Recorder
from dashboard.shared.observability.metrics import count_reading
from model.io.radiograph import Radiograph
from model.network.classifier import Classifier, Reading


class ObservedClassifier(Classifier):
    """The network, whose readings are counted, timed and, for somebody who is logged in, recorded."""

    _recorder: Recorder | None = None

    def recorded_by(self, recorder: Recorder | None) -> Self:
        """Return the same network for one person, whose readings it records."""
        own = copy.copy(self)
        own._recorder = recorder
        return own

    def read(self, radiograph: Radiograph) -> Reading:
        """Return one radiograph's probability, heat map and warnings.

        Raises:
            UnusableDatabase: it could not be recorded who reads.
        """
        if self._recorder:
            frame = f"frame {radiograph.frame}" if radiograph.frames > 1 else ""
            self._recorder.record(Action.READ, frame, radiograph.digest)
        began = time.perf_counter()
        reading = super().read(radiograph)
        count_reading(time.perf_counter() - began, reading.warnings)
        return reading
