"""Patients in more than one split: a network that is tested on patients that it was fitted on seems too good."""

from collections import Counter
from collections.abc import Iterable, Mapping


def shared_patients(rows: Iterable[Mapping[str, str]]) -> int:
    """Return how many patients are in several splits; a row a radiograph, as in ``data/splits.csv``."""
    splits = Counter(patient for patient, _ in {(row["patient"], row["split"]) for row in rows})
    return sum(number > 1 for number in splits.values())
