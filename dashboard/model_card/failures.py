"""Where the model errs: the test radiographs on the wrong side of a threshold, and what they share."""

from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from model.network.split_scores import Scores


@dataclass(frozen=True)
class Failure:
    """One radiograph on the wrong side; ``others_right`` of the patient's ``others`` are on the right one."""

    image: str
    subtype: str
    patient: str
    probability: float
    others: int
    others_right: int

    @property
    def name(self) -> str:
        """The file's name without folders and ending, ``person154_bacteria_728``."""
        return PurePosixPath(self.image).stem


def false_negatives(scores: Scores, threshold: float) -> list[Failure]:
    """Return the pneumonias below the threshold, the lowest first."""
    return sorted(_failures(scores, threshold, 1), key=lambda failure: failure.probability)


def false_positives(scores: Scores, threshold: float) -> list[Failure]:
    """Return the normals at or above the threshold, the highest first."""
    return sorted(_failures(scores, threshold, 0), key=lambda failure: -failure.probability)


def _failures(scores: Scores, threshold: float, label: int) -> list[Failure]:
    right = (scores.probabilities >= threshold) == (scores.labels == 1)
    patients = np.array(scores.patients)
    found = []
    for row in np.flatnonzero(~right & (scores.labels == label)):
        same = patients == patients[row]
        found.append(
            Failure(
                image=scores.images[row],
                subtype=scores.subtypes[row],
                patient=scores.patients[row],
                probability=float(scores.probabilities[row]),
                others=int(same.sum()) - 1,
                others_right=int((same & right).sum()),
            )
        )
    return found


@dataclass(frozen=True)
class Concentration:
    """A kind among the failures: ``failures`` of all ``failed``, against ``members`` of ``all`` that could fail."""

    kind: str
    failures: int
    failed: int
    members: int
    all: int

    @property
    def excess(self) -> float:
        """The kind's share of the failures over its share of all."""
        return (self.failures / self.failed) / (self.members / self.all)


def concentrations(failed: list[str], everybody: list[str]) -> list[Concentration]:
    """Return the kinds of the failures against those of all, the most over-represented first; none, none."""
    failures, members = Counter(failed), Counter(everybody)
    found = [Concentration(kind, failures[kind], len(failed), n, len(everybody)) for kind, n in members.items()]
    return sorted(found, key=lambda kind: -kind.excess) if failed else []


def series_of(image: str) -> str:
    """Return the publisher's series of a normal: its file's name up to the first hyphen, ``IM`` or ``NORMAL2``."""
    return PurePosixPath(image).name.split("-")[0]


def repeats(scores: Scores) -> int:
    """Return how many radiographs have the probability of another of the same patient, to the last decimal.

    Most likely they are the same picture, published twice.
    """
    return len(scores) - len(set(zip(scores.patients, scores.probabilities.tolist(), strict=True)))
