"""Patients in more than one split: a network that is judged on whom it has learnt from is flattered."""

from collections.abc import Iterable, Mapping


def shared_patients(rows: Iterable[Mapping[str, str]]) -> int:
    """How many there are; a row a radiograph, with its ``patient`` and ``split``, as in ``data/splits.csv``."""
    splits: dict[str, set[str]] = {}
    for row in rows:
        splits.setdefault(row["patient"], set()).add(row["split"])
    return sum(len(found) > 1 for found in splits.values())
