"""Where the model errs: the test radiographs on the wrong side of a threshold, and what they share."""

from collections import Counter
from dataclasses import dataclass

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
        """The file's name without its folders."""
        return name_of(self.image)


def misses(scores: Scores, threshold: float) -> list[Failure]:
    """Pneumonias below the threshold, the lowest first."""
    return sorted(_wrong(scores, threshold, 1), key=lambda failure: failure.probability)


def false_alarms(scores: Scores, threshold: float) -> list[Failure]:
    """Normals at or above the threshold, the highest first."""
    return sorted(_wrong(scores, threshold, 0), key=lambda failure: -failure.probability)


def _wrong(scores: Scores, threshold: float, label: int) -> list[Failure]:
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
    """A kind that failures fall into: how many of them, against how many of all that could have failed."""

    kind: str
    failures: int
    failed: int
    members: int
    all: int

    @property
    def excess(self) -> float:
        """How many times more often than by the kind's share among all."""
        return (self.failures / self.failed) / (self.members / self.all)


def concentrations(failed: list[str], everybody: list[str]) -> list[Concentration]:
    """Kinds of the failures against those of everybody, most over-represented first; empty without failures."""
    count, members = Counter(failed), Counter(everybody)
    found = [Concentration(kind, count[kind], len(failed), n, len(everybody)) for kind, n in members.items()]
    return sorted(found, key=lambda one: -one.excess) if failed else []


def name_of(image: str) -> str:
    """A file's name without its folders."""
    return image.rsplit("/", 1)[-1]


def series_of(image: str) -> str:
    """The publisher's series of a normal's image: its name up to the first hyphen, ``IM`` or ``NORMAL2``."""
    return name_of(image).split("-")[0]


def repeats(scores: Scores) -> int:
    """Radiographs with the probability of another of the same patient, to the last written decimal.

    Most likely the same picture, published twice.
    """
    return len(scores) - len(set(zip(scores.patients, scores.probabilities.tolist(), strict=True)))
