"""What a DICOM header says of its radiograph: age, view, body part, orientation and windows."""

import math
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from pydicom import Dataset
from pydicom.charset import convert_encodings
from pydicom.multival import MultiValue

from model.io.greyscale import FUNCTIONS, Window, is_valid_window
from model.io.plain_text import is_known, letters, plain

_DAYS_A_YEAR = 365.25
WIDEST_PIXEL = 4.0
"""Times as high or wide as the other side: more is no detector's pixel, but a mistake in the header."""
SMALLEST_PIXEL, LARGEST_PIXEL = 0.01, 5.0
"""Millimetres a side: beyond these a spacing is a mistake, and no length is measured by it."""
_DETECTOR_SPACING = ("ImagerPixelSpacing", "NominalScannedPixelSpacing")
_YEARS = {"Y": 1.0, "M": 1 / 12, "W": 7 / _DAYS_A_YEAR, "D": 1 / _DAYS_A_YEAR}
_AGE = re.compile(r"(\d{1,4}(?:[.,]\d+)?)\s*([^\W\d_]*)[.,]?\s*")
_UNITS = {
    **dict.fromkeys(("JOUR", "D", "T", "GIOR", "ДН", "ДЕН", "日", "天", "일"), "D"),
    **dict.fromkeys(("W", "S", "V", "НЕД", "週", "周", "주"), "W"),
    **dict.fromkeys(("M", "МЕС", "月", "か月", "ヶ月", "カ月", "个月", "개월"), "M"),  # noqa: RUF001
    **dict.fromkeys(("Y", "A", "J", "L", "Л", "Г", "歳", "岁", "才", "세"), "Y"),
}
"""Beginnings of the words for day, week, month and year in the languages that scanners speak; those of a day come
first, of which one begins as a year does."""

# The defined terms of View Position (PS3.3 C.8.11.5, C.8.1.1) for the meanings and codes of PS3.16 CID 4010.
_VIEWS = {
    **{term: term for term in ("PA", "AP", "LL", "RL", "LLO", "RLO", "LLD", "RLD", "FRONTAL", "LATERAL")},
    **dict.fromkeys(("POSTEROANTERIOR", "POSTERIORANTERIOR", "POSTEROANTERIEUR", "DORSOVENTRAL"), "PA"),
    "272479007": "PA",
    "R10214": "PA",
    **dict.fromkeys(("ANTEROPOSTERIOR", "ANTERIORPOSTERIOR", "ANTEROPOSTERIEUR", "VENTRODORSAL"), "AP"),
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


class PixelSpacing(NamedTuple):
    """Height and width of a pixel, mm: of the body where ``calibrated``, else at the detector (PS3.3 10.7.1.3)."""

    height: float
    width: float
    calibrated: bool


@dataclass(frozen=True)
class Header:
    """The facts in a DICOM header; ``None`` or empty where one is missing or invalid. None names the patient.

    ``age_years`` is the age at the study. ``view`` is a defined term of View Position where there is one
    (``PA``, ``AP``, ``LL``, ``RL``, ...), ``LATERAL`` or ``FRONTAL`` where no more is known, else the file's own
    text in capitals. ``laterality`` is ``R``, ``L``, ``U`` or ``B``. ``orientation`` gives the directions of the
    rows and of the columns, as ("L", "F"). ``windows`` are in units of the modality LUT's output, the default
    one first, to be applied by ``window_function``. Where ``inverted`` holds, high values are shown dark; where
    ``has_voi_lut`` does, a VOI LUT is applied in place of the windows. ``pixel_aspect`` is the height of a pixel
    over its width. ``pixel_spacing`` is the size of a pixel.
    """

    modality: str
    age_years: float | None
    view: str | None
    laterality: str | None
    body_part: str | None
    orientation: tuple[str, ...]
    windows: tuple[Window, ...]
    window_function: str
    has_voi_lut: bool
    inverted: bool
    pixel_aspect: float
    pixel_spacing: PixelSpacing | None = None


def read_header(dataset: Dataset, frame: int = 0) -> Header:
    """Read the header of one frame, the first being 0; an invalid attribute counts as missing."""
    voi = voi_attributes(dataset, frame)
    function = _window_function(voi)
    return Header(
        modality=(text_of(dataset, "Modality") or "").upper(),
        age_years=age(
            text_of(dataset, "PatientAge"), text_of(dataset, "PatientBirthDate"), text_of(dataset, "StudyDate")
        ),
        view=_view(dataset),
        laterality=text_of(dataset, "ImageLaterality") or text_of(dataset, "Laterality"),
        body_part=_code_string(dataset, "BodyPartExamined")
        or _first_code(dataset, "AnatomicRegionSequence", "CodeMeaning"),
        orientation=tuple(map(str, values_of(dataset, "PatientOrientation"))),
        windows=_windows(voi, function),
        window_function=function,
        has_voi_lut=lut_item(voi, "VOILUTSequence") is not None,
        # Either attribute alone inverts; a DX image has both (PS3.3 C.7.6.3.1.2, C.11.6.1.2, C.8.11.3.1.2).
        inverted=text_of(dataset, "PhotometricInterpretation") == "MONOCHROME1"
        or text_of(dataset, "PresentationLUTShape") == "INVERSE",
        pixel_aspect=_pixel_aspect(dataset, frame),
        pixel_spacing=_pixel_spacing(dataset, frame),
    )


def _pixel_spacing(dataset: Dataset, frame: int) -> PixelSpacing | None:
    """Return the size of a pixel, by the attributes that also give its shape; None where missing or absurd."""
    measures = functional_group(dataset, frame, "PixelMeasuresSequence")
    calibrated = text_of(dataset, "PixelSpacingCalibrationType") is not None
    for holder, keyword in ((measures, "PixelSpacing"), *((dataset, name) for name in _DETECTOR_SPACING)):
        with suppress(Exception):
            height, width = map(float, values_of(holder, keyword))
            if all(SMALLEST_PIXEL <= side <= LARGEST_PIXEL for side in (height, width)):
                return PixelSpacing(height, width, calibrated and keyword == "PixelSpacing")
    return None


def _pixel_aspect(dataset: Dataset, frame: int) -> float:
    """Return the height of a pixel over its width, by its spacing, else by its aspect ratio (PS3.3 C.7.6.3.1.7).

    Both give the vertical value first. Pixel Aspect Ratio is required where no spacing tells that pixels are not
    square (PS3.3 C.7.6.3, table C.7-11c). Enhanced multi-frame files have the spacing in C.7.6.16.2.1.
    """
    measures = functional_group(dataset, frame, "PixelMeasuresSequence")
    for holder, keyword in (
        (measures, "PixelSpacing"),
        *((dataset, name) for name in _DETECTOR_SPACING),
        (dataset, "PixelAspectRatio"),
    ):
        with suppress(Exception):
            height, width = map(float, values_of(holder, keyword))
            if min(height, width) > 0:
                return usual_aspect(height / width)
    return 1.0


def usual_aspect(aspect: float) -> float:
    """Return a pixel's height over its width; 1 where it is so but for rounding, or cannot be."""
    known = math.isfinite(aspect) and 1 / WIDEST_PIXEL <= aspect <= WIDEST_PIXEL
    return aspect if known and abs(aspect - 1) > 0.01 else 1.0


def text_of(dataset: Dataset, keyword: str) -> str | None:
    """Return an attribute as text, several values with a backslash between them (PS3.5 6.4).

    ``None`` where it is absent, empty or invalid.
    """
    with suppress(Exception):
        value = dataset.get(keyword)
        text = "\\".join(map(str, value)) if isinstance(value, list | MultiValue) else str(value)
        return None if value is None else text.strip(" \0") or None
    return None


def values_of(dataset: Dataset, keyword: str) -> list[Any]:
    """Return the values of an attribute, be they one, many or none."""
    value = None
    with suppress(Exception):
        value = dataset.get(keyword)
    if value is None or value == "":
        return []
    return [value] if isinstance(value, str | bytes) or not hasattr(value, "__iter__") else list(value)


def functional_group(dataset: Dataset, frame: int, keyword: str) -> Dataset:
    """Return the item that holds a frame's attributes of one kind.

    In an enhanced multi-frame file (PS3.3 C.7.6.16) that is the frame's own functional group, else the one that
    all frames share; in any other file the data set itself.
    """
    own = values_of(dataset, "PerFrameFunctionalGroupsSequence")[frame : frame + 1]
    for holder in own + values_of(dataset, "SharedFunctionalGroupsSequence")[:1]:
        for group in values_of(holder, keyword)[:1]:
            return group
    return dataset


def voi_attributes(dataset: Dataset, frame: int) -> Dataset:
    """Return the item that holds a frame's windows and VOI LUTs (PS3.3 C.7.6.16.2.10)."""
    return functional_group(dataset, frame, "FrameVOILUTSequence")


def lut_item(dataset: Dataset, sequence: str) -> Dataset | None:
    """Return the first item of a LUT sequence, if it has both a descriptor and data."""
    for item in values_of(dataset, sequence)[:1]:
        if len(values_of(item, "LUTDescriptor")) == 3 and values_of(item, "LUTData"):
            return item
    return None


def age(stated: str | None, birth_date: str | None, study_date: str | None) -> float | None:
    """Return the age in years from an age string (PS3.5 6.2, AS: ``003Y``, ``018M``, ``010W``, ``005D``).

    A number without its letter, as some anonymisers leave it, counts years. Others write ``36 M``, ``2Y6M`` or
    ``3 Jahre``. Without an age string the two dates are taken; ``None`` where neither gives an age.
    """
    years = _stated_years(plain(stated or "").strip())
    if years is not None:
        return years
    birth, study = _date(birth_date), _date(study_date)
    if birth is None or study is None or study < birth:
        return None
    return (study - birth).days / _DAYS_A_YEAR


def _stated_years(stated: str) -> float | None:
    """Return the sum of an age string's numbers and units, in years; ``None`` where it is none."""
    parts = _AGE.findall(stated)
    if not parts or not re.fullmatch(rf"(?:{_AGE.pattern})+", stated) or (len(parts) > 1 and not parts[-1][1]):
        return None
    units = [_unit(word) for _, word in parts]
    numbers = [float(number.replace(",", ".")) for number, _ in parts]
    if None in units:
        return None
    return sum(number * _YEARS[unit] for number, unit in zip(numbers, units, strict=True) if unit)


def _unit(word: str) -> str | None:
    """Return Y, M, W or D for a word, Y for none; ``None`` where it is of no language known."""
    return next((unit for beginning, unit in _UNITS.items() if word.startswith(beginning)), None if word else "Y")


def _date(text: str | None) -> date | None:
    """Parse ``20240131``, or ``2024.01.31`` as files before DICOM 3.0 have it (PS3.5 6.2, DA)."""
    with suppress(ValueError):
        return date.fromisoformat((text or "").replace(".", ""))
    return None


def _window_function(voi: Dataset) -> str:
    """Return the VOI LUT Function (PS3.3 C.11.2.1.3); ``LINEAR`` where it is missing or unknown."""
    function = (text_of(voi, "VOILUTFunction") or "LINEAR").upper()
    return function if function in FUNCTIONS else "LINEAR"


def _windows(voi: Dataset, function: str) -> tuple[Window, ...]:
    """Return the file's windows (PS3.3 C.11.2.1.2), less those that are invalid."""
    names = list(map(str, values_of(voi, "WindowCenterWidthExplanation")))
    ranges = zip(values_of(voi, "WindowCenter"), values_of(voi, "WindowWidth"), strict=False)
    windows = []
    for number, (centre, width) in enumerate(ranges):
        with suppress(Exception):
            name = names[number] if number < len(names) else f"Window {number + 1}"
            windows.append(Window(name, float(centre), float(width)))
    return tuple(window for window in windows if is_valid_window(window.centre, window.width, function))


def _view(dataset: Dataset) -> str | None:
    for sequence in ("ViewCodeSequence", "ProjectionEponymousNameCodeSequence"):
        view = (
            _code_string(dataset, "ViewPosition")
            or _first_code(dataset, sequence, "CodeValue", _VIEWS)
            or _first_code(dataset, sequence, "CodeMeaning")
        )
        if view:
            return _VIEWS.get(letters(view), view.upper())
    return None


def _first_code(dataset: Dataset, sequence: str, part: str, known: dict[str, str] | None = None) -> str | None:
    """Return a part of a code sequence's first item (PS3.3 8.8), if it is among the known ones."""
    for item in values_of(dataset, sequence)[:1]:
        text = text_of(item, part)
        if text and is_known(text) and (known is None or letters(text) in known):
            return text
    return None


def _code_string(dataset: Dataset, keyword: str) -> str | None:
    """Return a code string that says anything; one in letters that none may have (PS3.5 6.2, CS) in its own ones.

    The standard gives code strings no character set, so pydicom reads them as Latin 1. Scanners write them in the
    file's own, or in UTF-8.
    """
    text = text_of(dataset, keyword)
    if text is None or not is_known(text):
        return None
    if not text.isascii():
        stated = convert_encodings(values_of(dataset, "SpecificCharacterSet"))
        for encoding in ("utf-8", *stated):
            with suppress(UnicodeError):
                own = text.encode("latin-1").decode(encoding)
                return own if is_known(own) else None
    return text
