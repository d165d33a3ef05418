"""Why a reading should not be trusted, in words: what was expected, what was found, what to do."""

from html import escape

from model.io.dicom_header import Header
from model.network.classifier import Reading
from model.network.guard import OLDEST, YOUNGEST

TITLES = {
    "not_chest_radiograph": "Not like a chest X\N{NON-BREAKING HYPHEN}ray it knows",
    "inverted": "Black and white are exchanged",
    "resolution": "Too small to read",
    "age": "Not of an age it knows",
    "view": "Not a frontal view",
    "body_part": "Not a chest, says the file",
}
"""The reason in a few words, in place of a decision."""
WARNINGS = {
    "not_chest_radiograph": "Expected an upright frontal chest radiograph like those that the model learnt from; "
    "this picture is unlike them. Check that it is one, whole and the right way up, or read it without the model.",
    "inverted": "Expected bones light and air dark; this picture looks like its own negative. "
    "Invert it, or export it again with the right photometric interpretation.",
    "resolution": "It is smaller than the {size} pixels a side that the network looks at. "
    "Use the radiograph at its own resolution.",
    "age": f"Expected a child of {YOUNGEST} to {OLDEST} years; the file says otherwise. "
    f"The model has seen nobody else: read it without the model, or correct the age.",
    "view": "Expected a frontal view, AP or PA; the file says otherwise. "
    "Use the frontal radiograph of the study, or correct the view position.",
    "body_part": "Expected a chest; the file says that it shows another part of the body. "
    "Use the chest radiograph of the study, or correct the body part.",
}
"""Whole sentences by code, which name nothing of the patient's, so that they may leave the house."""


def sentence(code: str, size: int) -> str:
    """A warning's sentences; ``size`` is the side of the network's input in pixels."""
    return WARNINGS[code].format(size=size)


def sentences(reading: Reading, size: int) -> str:
    """All warnings of a reading, one after another; empty where there is none."""
    return " ".join(sentence(code, size) for code in reading.warnings)


def found(code: str, header: Header | None) -> str:
    """What the file says, where the warning is about that; else nothing."""
    if header is None:
        return ""
    said = {
        "age": "" if header.age_years is None else age_words(header.age_years),
        "view": header.view or "",
        "body_part": header.body_part or "",
    }
    return said.get(code, "")


def age_words(years: float) -> str:
    """``5 days``, ``11 months``, ``54 years``."""
    for unit, length in (("year", 1.0), ("month", 1 / 12)):
        if (number := int(years / length + 0.05)) >= 1:
            return f"{number} {unit}{'s' * (number != 1)}"
    days = round(365.25 * years)
    return f"{days} day{'s' * (days != 1)}"


def title(reading: Reading) -> str:
    """The first reason, in place of the decision."""
    return TITLES[reading.warnings[0]]


def reasons_html(reading: Reading, header: Header | None, size: int) -> str:
    """Every reason with what was found; those after the first under a heading of their own."""
    parts = []
    for number, code in enumerate(reading.warnings):
        heading = f"<b>{TITLES[code]}.</b> " if number else ""
        said = found(code, header)
        quoted = f" In the file: <b>{escape(said)}</b>." if said else ""
        parts.append(f"<span>{heading}{sentence(code, size)}{quoted}</span>")
    return "".join([*parts, "<span>The model decides nothing here, <b>a human does</b>.</span>"])
