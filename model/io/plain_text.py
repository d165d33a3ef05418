"""Words of headers, as scanners write them in many languages, in one spelling to compare them by."""

import unicodedata

_WITHOUT_STROKE = str.maketrans("ŁØĐ", "LOD")

UNKNOWN = {
    *("UNKNOWN", "UNK", "UNSPECIFIED", "UNDEFINED", "NOTSPECIFIED", "NOTDEFINED", "NONE", "NULL", "NIL", "NA"),
    *("DEFAULT", "ANY", "UNBEKANNT", "OHNEANGABE", "KEINEANGABE", "INCONNU", "INCONNUE", "NONPRECISE"),
    *("DESCONOCIDO", "DESCONOCIDA", "SINESPECIFICAR", "DESCONHECIDO", "DESCONHECIDA", "SCONOSCIUTO", "ONBEKEND"),
    *("OKAND", "UKENDT", "UKJENT", "TUNTEMATON", "NIEZNANE", "NIEZNANY", "NEZNAMY", "BILINMIYOR"),
    *(
        "НЕИЗВЕСТНО",
        "不明",
        "未知",
        "미상",
    ),
}
"""What stands, letters alone, in a header in place of what is not known."""


def plain(text: str) -> str:
    """Return a text in capitals without accents: ``TORAX`` for ``Tórax``."""
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")
    return unicodedata.normalize("NFKC", bare).upper().translate(_WITHOUT_STROKE)


def letters(text: str) -> str:
    """Return the letters and digits of a text in plain spelling: ``PA`` for ``P. A.``."""
    return "".join(sign for sign in plain(text) if sign.isalnum())


def is_known(text: str) -> bool:
    """Return whether a header's text says anything, unlike ``UNKNOWN`` or ``-``."""
    return bool(letters(text)) and letters(text) not in UNKNOWN
