"""The answer to a radiograph: the DICOM objects that an archive gets, and the numbers that the history keeps.

The same radiograph, read by the same network under the same policy, is answered by the same objects.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydicom import Dataset

from dashboard.history.store import ModelResult, model_result
from dashboard.node.configuration import (
    HEAT_MAP,
    REPORT,
    SEGMENTATION,
    Configuration,
    InvalidConfiguration,
    ReadingSettings,
)
from dashboard.reading.warning_text import warning_sentences
from dashboard.reports.context import Context
from dashboard.reports.dicom import DicomExport
from dashboard.reports.fhir import diagnostic_report
from dashboard.reports.secondary_capture import secondary_capture
from dashboard.reports.segmentation import segmentation
from dashboard.reports.structured_report import structured_report
from model import Classifier, Radiograph, Reading
from model.io import radiograph
from model.io.dicom import parse
from model.io.errors import UnreadableRadiograph
from model.io.wording import quoted
from model.metrics.operating_points import operating_points
from model.network.card import LITERT_FILE, Card
from model.network.policy import Policy, card_policies, policy_at
from model.network.split_scores import load_split_scores

NAME = "The radiograph"
ORIGIN = "Received and answered by Lungfield's DICOM node."

_MAKERS = {HEAT_MAP: secondary_capture, SEGMENTATION: segmentation, REPORT: structured_report}
"""The report last: once it is there, so is all that belongs to it."""


@dataclass(frozen=True)
class Answer:
    """What one file comes to: DICOM files for the archive, a result and a FHIR report for each of its frames."""

    files: tuple[bytes, ...]
    results: tuple[ModelResult, ...]
    fhir_reports: tuple[bytes, ...] = ()


class Answerer:
    """The network with a policy: answers any number of radiographs.

    Args:
        classifier: the network.
        settings: how it decides and what it answers with.

    Raises:
        InvalidConfiguration: the model card has no such policy.
        ArtifactMismatch: the scores are not the network's.
    """

    def __init__(self, classifier: Classifier, settings: ReadingSettings) -> None:
        self._classifier = classifier
        self._settings = settings
        self._policy = chosen_policy(classifier.card, settings)
        test = load_split_scores(classifier.card, "test")
        self._test = operating_points(test.labels, test.probabilities).referral(self._policy.low, self._policy.high)

    def answer(self, data: bytes, moment: float) -> Answer:
        """Read a DICOM file and make its answer.

        Args:
            data: the file's bytes.
            moment: when it is read, seconds since 1970, UTC; the answer states it.

        Raises:
            UnreadableRadiograph: it cannot be read, or has more frames than are read.
            UnusableSource: it lacks a UID that an answer refers to.
        """
        source = parse(data, NAME)
        time = datetime.fromtimestamp(int(moment), UTC)
        exports = [self._export(scan, source, time) for scan in self._frames(data)]
        return answer_of(exports, self._settings.answers)

    def _frames(self, data: bytes) -> Iterator[Radiograph]:
        for scan in radiograph.frames(data, NAME):
            if scan.frames > self._settings.max_frames:
                raise UnreadableRadiograph(
                    f"{NAME} holds {scan.frames} frames, a fluoroscopy or a film. Expected at most "
                    f"{self._settings.max_frames}. Raise reading.max_frames to have each of them answered."
                )
            yield scan

    def _export(self, scan: Radiograph, source: Dataset, time: datetime) -> DicomExport:
        reading = self._classifier.read(scan)
        return DicomExport(
            source,
            scan,
            reading,
            self._context(reading, time),
            keep_identity=True,
            repeatable=True,
        )

    def _context(self, reading: Reading, time: datetime) -> Context:
        card = self._classifier.card
        return Context(
            card=card,
            policy=self._policy,
            finding=self._policy.finding(reading),
            warnings=warning_sentences(reading, card.input_size),
            test=self._test,
            time=time,
            origin=ORIGIN,
        )


def answer_of(exports: Sequence[DicomExport], answers: Collection[str]) -> Answer:
    """Make the answer to one file from the readings of its frames; ``answers`` are among ``ANSWERS``."""
    return Answer(
        files=tuple(make(export) for export in exports for name, make in _MAKERS.items() if name in answers),
        results=tuple(
            model_result(export.reading, export.context.card, export.context.policy, export.scan.frame)
            for export in exports
        ),
        fhir_reports=tuple(map(diagnostic_report, exports)),
    )


def chosen_policy(card: Card, settings: ReadingSettings) -> Policy:
    """Return the hospital's own threshold as a policy, or else the card's policy that the settings name."""
    if settings.threshold is not None:
        return policy_at(settings.threshold, card)
    policies = card_policies(card)
    if settings.policy not in policies:
        raise InvalidConfiguration(
            f"reading.policy: expected one of {', '.join(policies)}; received {quoted(settings.policy)}."
        )
    return policies[settings.policy]


def reader_identity(card: Card, configuration: Configuration) -> str:
    """Return what an answer depends on beside its radiograph: network and thresholds, and whether it is sent."""
    thresholds = ",".join(map(repr, chosen_policy(card, configuration.reading).thresholds))
    mode = "shadow" if configuration.shadow else "answer"
    return f"{mode} {card.version} {card.files[LITERT_FILE]} {thresholds}"
