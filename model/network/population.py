"""The population that the model knows: frontal chest radiographs of children of one to five years."""

import re

from model.io.dicom_header import Header

YOUNGEST, OLDEST = 1, 5
"""Ages in completed years: a child of ``OLDEST`` has not had the next birthday."""
_FEW_DAYS = 0.01
"""Of a year: an age is a number of days over 365.25, which birthdays miss by up to one."""

FRONTAL = {"AP", "PA", "FRONTAL", "ANTEROPOSTERIOR", "POSTEROANTERIOR"}
NOT_FRONTAL = {
    *("LATERAL", "LAT", "LL", "RL", "LLO", "RLO", "LLD", "RLD"),
    *("OBLIQUE", "LORDOTIC", "DECUBITUS", "AXIAL"),
}
CHEST = ("CHEST", "THORA", "TORAX", "LUNG", "PULMO")
"""Beginnings of words of Body Part Examined (PS3.16 annex L) or Anatomic Region that mean a chest."""
NOT_CHEST = ("ABD", "PELV", "SPIN", "VERTEB")
"""Parts of words that mean another region, such as ``TSPINE``."""


def header_warnings(header: Header | None) -> tuple[str, ...]:
    """Return codes of what lies outside the population: ``age``, ``view``, ``body_part``; nothing where unknown."""
    if header is None:
        return ()
    known = {
        "age": header.age_years is None or is_known_age(header.age_years),
        "view": header.view is None or is_frontal(header.view),
        "body_part": header.body_part is None or is_chest(header.body_part),
    }
    return tuple(code for code, inside in known.items() if not inside)


def is_known_age(years: float) -> bool:
    """Return whether an age lies from the first birthday to the day before the sixth."""
    return YOUNGEST <= int(years + _FEW_DAYS) <= OLDEST


def is_frontal(view: str) -> bool:
    """Return whether a view is frontal: ``AP``, ``PA ERECT``; not ``LL``, nor what only a person could tell."""
    words = _words(view)
    return bool(words & FRONTAL) and not words & NOT_FRONTAL


def is_chest(body_part: str) -> bool:
    """Return whether a body part is the chest: ``Thorax``, ``Lungs``; not a chest with the belly, nor a spine."""
    words = _words(body_part)
    return any(word.startswith(CHEST) for word in words) and not any(part in w for w in words for part in NOT_CHEST)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[A-Z]+", text.upper()))
