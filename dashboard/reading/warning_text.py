"""The texts of a reading's warnings: what was expected, what was found, what to do."""

from typing import NamedTuple

from markupsafe import Markup

from dashboard.shared.formatting import format_count
from dashboard.shared.markup import render
from model.io.dicom_header import Header
from model.network.classifier import Reading
from model.network.population import OLDEST, YOUNGEST


class WarningText(NamedTuple):
    """A title in place of the finding, and sentences; a report holds them, so they name nothing of the patient."""

    title: str
    sentences: str


WARNINGS = {
    "not_chest_radiograph": WarningText(
        "Not like a chest X\N{NON-BREAKING HYPHEN}ray it knows",
        "Expected an upright frontal chest radiograph like those that the model learnt from; this picture is "
        "unlike them. Check that it is one, whole and the right way up, or read it without the model.",
    ),
    "inverted": WarningText(
        "Black and white are exchanged",
        "Expected bones light and air dark; this picture looks like its own negative. "
        "Invert it, or export it again with the right photometric interpretation.",
    ),
    "lungs": WarningText(
        "Lungs not found whole",
        "Expected two lungs of a usual shape, the right way up; the lung fields that the model found are not. "
        "Check that the chest is whole and upright, or read it without the model.",
    ),
    "evidence": WarningText(
        "Evidence outside the lungs",
        "Expected the evidence for pneumonia within the lungs; most of it lies outside. "
        "Look at the heat map, and read it without the model.",
    ),
    "resolution": WarningText(
        "Too small to read",
        "It is smaller than the {size} pixels a side that the network looks at. "
        "Use the radiograph at its own resolution.",
    ),
    "age": WarningText(
        "Not of an age it knows",
        f"Expected a child of {YOUNGEST} to {OLDEST} years; the file, or whoever opened it, says otherwise. "
        f"The model has seen nobody else: read it without the model, or correct the age.",
    ),
    "view": WarningText(
        "Not a frontal view",
        "Expected a frontal view, AP or PA; the file says otherwise. "
        "Use the frontal radiograph of the study, or correct the view position.",
    ),
    "body_part": WarningText(
        "Not a chest, says the file",
        "Expected a chest; the file says that it shows another part of the body. "
        "Use the chest radiograph of the study, or correct the body part.",
    ),
}
"""By code; ``{size}`` stands for the side of the network's input in pixels."""


def warning_title(reading: Reading) -> str:
    """Return the first warning's title."""
    return WARNINGS[reading.warnings[0]].title


def warning_sentences(reading: Reading, input_size: int) -> tuple[str, ...]:
    """Return each warning's sentences; ``input_size`` is the side of the network's input in pixels."""
    return tuple(WARNINGS[code].sentences.format(size=input_size) for code in reading.warnings)


def warnings_html(reading: Reading, header: Header | None, input_size: int) -> Markup:
    """Return every warning with what the file says; those after the first under a title of their own."""
    texts = zip(reading.warnings, warning_sentences(reading, input_size), strict=True)
    return render(
        "reading/warnings.html",
        warnings=[(WARNINGS[code].title, sentences, recorded(code, header)) for code, sentences in texts],
    )


def recorded(code: str, header: Header | None) -> str:
    """Return the value in the file's header that a warning is about; empty where there is none."""
    if header is None:
        return ""
    age = "" if header.age_years is None else format_age(header.age_years)
    return {"age": age, "view": header.view, "body_part": header.body_part}.get(code) or ""


def format_age(years: float) -> str:
    """Return ``5 days``, ``11 months`` or ``54 years``."""
    for unit, length in (("year", 1.0), ("month", 1 / 12)):
        if (number := int(years / length + 0.05)) >= 1:
            return format_count(number, unit)
    return format_count(round(365.25 * years), "day")
