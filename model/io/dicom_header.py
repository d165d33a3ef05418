"""What a DICOM file says of its radiograph, apart from the pixels."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, TypeVar

from pydicom import Dataset

from model.io.greyscale import FUNCTIONS, Window, is_window

T = TypeVar("T")

_DAYS_A_YEAR = 365.25
_YEARS = {"Y": 1.0, "M": 1 / 12, "W": 7 / _DAYS_A_YEAR, "D": 1 / _DAYS_A_YEAR}

# The defined terms of View Position (PS3.3 C.8.11.5, C.8.1.1) for the words and codes of CID 4010.
_VIEWS = {
    "POSTEROANTERIOR": "PA",
    "272479007": "PA",
    "R10214": "PA",
    "ANTEROPOSTERIOR": "AP",
    "399348003": "AP",
    "R10206": "AP",
    "LEFTLATERAL": "LL",
    "399173006": "LL",
    "R10236": "LL",
    "RIGHTLATERAL": "RL",
    "399198007": "RL",
    "R10232": "RL",
    "LAT": "LATERAL",
    "399067008": "LATERAL",
    "R10228": "LATERAL",
    "399033003": "FRONTAL",
}


@dataclass(frozen=True, repr=False)
class Identity:
    """Who the radiograph shows. Kept apart, and not printed, so that nobody shows it by accident."""

    name: str | None
    patient_id: str | None
    birth_date: str | None

    def __repr__(self) -> str:
        return "Identity(withheld)"


@dataclass(frozen=True)
class Header:
    """A DICOM file's facts; ``None`` or empty where it says nothing, or nothing that makes sense.

    ``age_years`` at the study. ``view`` is a defined term of View Position where there is one (``PA``, ``AP``,
    ``LL``, ``RL``, ...), ``LATERAL`` or ``FRONTAL`` where no more is known, else the file's own words in
    capitals. ``laterality`` is ``R``, ``L``, ``U`` or ``B``. ``orientation`` tells where the rows and the
    columns run to, as ("L", "F"). ``windows`` are in units of the modality LUT's output, the file's own first,
    to be applied by ``window_function``; where ``inverted`` holds, their high greys are shown dark, and where
    ``look_up`` does, a VOI look-up table is shown in their place.
    """

    modality: str
    age_years: float | None
    view: str | None
    laterality: str | None
    body_part: str | None
    orientation: tuple[str, ...]
    windows: tuple[Window, ...]
    window_function: str
    look_up: bool
    photometric: str
    inverted: bool
    study_uid: str | None
    series_uid: str | None
    instance_uid: str | None
    sop_class_uid: str | None
    identity: Identity | None = field(default=None, repr=False)


def read(dataset: Dataset, frame: int = 0) -> Header:
    """The facts of one frame, the first being 0; never raises for what a file says."""
    photometric = text(dataset, "PhotometricInterpretation") or ""
    function = window_function(voi(dataset, frame))
    return Header(
        modality=(text(dataset, "Modality") or "").upper(),
        age_years=age(text(dataset, "PatientAge"), text(dataset, "PatientBirthDate"), text(dataset, "StudyDate")),
        view=_view(dataset),
        laterality=text(dataset, "ImageLaterality") or text(dataset, "Laterality"),
        body_part=text(dataset, "BodyPartExamined") or _coded(dataset, "AnatomicRegionSequence", "CodeMeaning"),
        orientation=tuple(map(str, several(dataset, "PatientOrientation"))),
        windows=windows(voi(dataset, frame), function),
        window_function=function,
        look_up=look_up(voi(dataset, frame), "VOILUTSequence") is not None,
        photometric=photometric,
        # A DX image says it twice (PS3.3 C.8.11.3.1.2), others in one place or the other.
        inverted=photometric == "MONOCHROME1" or text(dataset, "PresentationLUTShape") == "INVERSE",
        study_uid=text(dataset, "StudyInstanceUID"),
        series_uid=text(dataset, "SeriesInstanceUID"),
        instance_uid=text(dataset, "SOPInstanceUID"),
        sop_class_uid=text(dataset, "SOPClassUID"),
        identity=_identity(dataset),
    )


def text(dataset: Dataset, keyword: str) -> str | None:
    """An attribute in words; ``None`` where it is absent, empty or cannot be read."""
    value = _tolerant(lambda: dataset.get(keyword))
    return (_tolerant(lambda: str(value).strip(" \0")) or None) if value is not None else None


def several(dataset: Dataset, keyword: str) -> list[Any]:
    """An attribute's values, be they one, many or none."""
    value = _tolerant(lambda: dataset.get(keyword))
    if value is None or value == "":
        return []
    return [value] if isinstance(value, str | bytes) or not hasattr(value, "__iter__") else list(value)


def group(dataset: Dataset, frame: int, keyword: str) -> Dataset:
    """Where an enhanced multi-frame file keeps a functional group (PS3.3 C.7.6.16).

    The frame's own comes before that which its frames share; any other file keeps everything in one place.
    """
    own = several(dataset, "PerFrameFunctionalGroupsSequence")[frame : frame + 1]
    for holder in own + several(dataset, "SharedFunctionalGroupsSequence")[:1]:
        for macro in several(holder, keyword)[:1]:
            return macro
    return dataset


def voi(dataset: Dataset, frame: int) -> Dataset:
    """What holds a frame's windows and VOI look-up tables."""
    return group(dataset, frame, "FrameVOILUTSequence")


def look_up(dataset: Dataset, sequence: str) -> Dataset | None:
    """A sequence's first look-up table, if it has both a descriptor and data."""
    for item in several(dataset, sequence)[:1]:
        if len(several(item, "LUTDescriptor")) == 3 and several(item, "LUTData"):
            return item
    return None


def window_function(dataset: Dataset) -> str:
    """How a window is to be applied (PS3.3 C.11.2.1.3); ``LINEAR`` unless the file says another that exists."""
    said = (text(dataset, "VOILUTFunction") or "LINEAR").upper()
    return said if said in FUNCTIONS else "LINEAR"


def windows(dataset: Dataset, function: str) -> tuple[Window, ...]:
    """The windows that the file offers, less those that the standard does not allow."""
    ranges = zip(several(dataset, "WindowCenter"), several(dataset, "WindowWidth"), strict=False)
    names = list(map(str, several(dataset, "WindowCenterWidthExplanation")))
    found = []
    for number, (centre, width) in enumerate(ranges):
        name = names[number] if number < len(names) else f"Window {number + 1}"
        offered = _tolerant(partial(_window, name, centre, width))
        if offered and is_window(offered.centre, offered.width, function):
            found.append(offered)
    return tuple(found)


def _window(name: str, centre: Any, width: Any) -> Window:
    return Window(name, float(centre), float(width))


def age(said: str | None, born: str | None, studied: str | None) -> float | None:
    """Years from an age string (PS3.5 6.2: ``003Y``, ``018M``, ``010W``, ``005D``), else from two dates.

    A number without its letter, as some anonymisers leave it, counts years.
    """
    if match := re.fullmatch(r"(\d{1,3})([YMWD]?)", (said or "").upper()):
        return int(match[1]) * _YEARS[match[2] or "Y"]
    birth, study = _date(born), _date(studied)
    if birth is None or study is None or study < birth:
        return None
    return (study - birth).days / _DAYS_A_YEAR


def _date(said: str | None) -> date | None:
    """``20240131``, or ``2024.01.31`` as files before 1993 have it."""
    return _tolerant(lambda: date.fromisoformat((said or "").replace(".", "")))


def _view(dataset: Dataset) -> str | None:
    for sequence in ("ViewCodeSequence", "ProjectionEponymousNameCodeSequence"):
        said = (
            text(dataset, "ViewPosition")
            or _coded(dataset, sequence, "CodeValue", _VIEWS)
            or _coded(dataset, sequence, "CodeMeaning")
        )
        if said:
            return _VIEWS.get(_plain(said), said.upper())
    return None


def _plain(said: str) -> str:
    return re.sub(r"[\s_-]", "", said).upper()


def _coded(dataset: Dataset, sequence: str, part: str, known: dict[str, str] | None = None) -> str | None:
    """A part of a sequence's first code, if it is known."""
    for item in several(dataset, sequence)[:1]:
        said = text(item, part)
        if said and (known is None or _plain(said) in known):
            return said
    return None


def _identity(dataset: Dataset) -> Identity | None:
    facts = [text(dataset, keyword) for keyword in ("PatientName", "PatientID", "PatientBirthDate")]
    return Identity(*facts) if any(facts) else None


def _tolerant(get: Callable[[], T]) -> T | None:
    """A fact, or nothing where the file's own words make no sense: no fact is worth refusing a radiograph for."""
    try:
        return get()
    except Exception:
        return None
