# ruff: noqa: RUF001
"""The population that the model knows: frontal chest radiographs of children of one to five years."""

import re

from model.io.dicom_header import Header
from model.io.plain_text import letters, plain

YOUNGEST, OLDEST = 1, 5
"""Ages in completed years: a child of ``OLDEST`` has not had the next birthday."""
_FEW_DAYS = 0.01
"""Of a year: an age is a number of days over 365.25, which birthdays miss by up to one."""

FRONTAL = {"AP", "PA", "VD", "DV", "FACE", "FRENTE"}
FRONTAL_PARTS = (
    *("FRONT", "ANTEROPOST", "POSTEROANT", "DORSOVENTR", "VENTRODORS"),
    *(
        "ПРЯМ",
        "正面",
        "正位",
        "前後",
        "前后",
        "後前",
        "后前",
        "정면",
    ),
)
NOT_FRONTAL = {"LAT", "LL", "RL", "LLO", "RLO", "LLD", "RLD", "LAO", "RAO", "LPO", "RPO"}
NOT_FRONTAL_PARTS = (
    *(
        "LATER",
        "OBLIQ",
        "OBLIC",
        "SCHRAG",
        "LORDO",
        "DECUB",
        "DEKUB",
        "AXIAL",
        "SEITL",
        "PROFIL",
        "PERFIL",
        "BOCZN",
    ),
    *("БОКОВ", "КОСА", "側", "侧", "斜", "측면"),
)
CHEST = (
    *("CHEST", "CXR", "THORA", "TORA", "LUNG", "PULM", "POLMON", "POUMON", "PECHO", "PEITO", "PETTO", "BORSTKAS"),
    *(
        "LONGEN",
        "BRUSTKORB",
        "BRYSTKASSE",
        "BROSTKORG",
        "RINTAKEHA",
        "KEUHKO",
        "PLUC",
        "PLIC",
        "PIERSIOW",
        "HRUDNI",
    ),
    *(
        "MELLKAS",
        "GOGUS",
        "AKCIGER",
        "NGUC",
        "ГРУДН",
        "ОГК",
        "ЛЕГК",
        "ЛЕГЕН",
    ),
    *("ΘΩΡΑΚ", "胸", "肺", "흉", "صدر", "حزه"),
)
"""Beginnings of words of Body Part Examined (PS3.16 annex L) or Anatomic Region that mean a chest."""
NOT_CHEST = (
    *(
        "ABD",
        "PELV",
        "BAUCH",
        "BECKEN",
        "BUIK",
        "VENTRE",
        "BRZUCH",
        "BRICH",
        "KARIN",
        "ЖИВОТ",
        "БРЮШ",
        "腹",
        "복부",
    ),
    *(
        "SPIN",
        "VERTEB",
        "WIRBEL",
        "WERVEL",
        "COLUMN",
        "COLUN",
        "COLONN",
        "RACHI",
        "RAQUI",
        "KREGOSL",
        "PATER",
        "GERINC",
    ),
    *(
        "OMURGA",
        "ПОЗВОН",
        "椎",
        "脊",
        "骨盤",
        "骨盆",
        "추",
    ),
)
"""Parts of words that mean another region, such as ``TSPINE``."""

_ABBREVIATION = re.compile(r"\b([AP])[^\w]{1,2}([AP])\b")


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
    """Return whether a view is frontal: ``P.A. erect``, ``de face``; not ``LL`` nor words of no known view."""
    words = _words(_ABBREVIATION.sub(r"\1\2", plain(view)))
    frontal = bool(words & FRONTAL) or _has_part({letters(view)}, FRONTAL_PARTS)
    return frontal and not words & NOT_FRONTAL and not _has_part(words, NOT_FRONTAL_PARTS)


def is_chest(body_part: str) -> bool:
    """Return whether a body part is the chest: ``Tórax``, ``Lungs``; not chest and belly, nor a spine."""
    words = _words(plain(body_part))
    return any(word.startswith(CHEST) for word in words) and not _has_part(words, NOT_CHEST)


def _has_part(words: set[str], parts: tuple[str, ...]) -> bool:
    return any(part in word for word in words for part in parts)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text))
