"""The Kermany chest radiographs on disk: patients, labels and splits.

A data folder holds ``train/{NORMAL,PNEUMONIA}`` and ``test/{NORMAL,PNEUMONIA}``. Both published
name schemes are understood; they differ in what identifies a patient:

* Kaggle: ``person1000_virus_1681.jpeg`` (the patient is the pair of number and kind: ``personN``
  alone restarts between train and test) and ``IM-0115-0001.jpeg``, ``NORMAL2-IM-0927-0001.jpeg``.
* Mendeley V3: ``NORMAL-2552119-0002.jpeg``, ``BACTERIA-4038442-0001.jpeg``, ``VIRUS-2040583-0001.jpeg``.

Source: Kermany, Zhang, Goldbaum, Mendeley Data V3, doi:10.17632/rscbjbr9sj.3, CC BY 4.0.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from model.io import radiograph
from model.network.preprocessing import network_input
from training.csv_rows import write_rows

ROOT = Path(__file__).resolve().parent.parent
SUBTYPES = ("normal", "bacteria", "virus")
FOLDERS = ("NORMAL", "PNEUMONIA")
VALIDATION_SHARE = 0.12
SPLIT_SEED = 20180222

_KAGGLE_PNEUMONIA = re.compile(r"(?P<patient>person\d+_(?P<subtype>bacteria|virus))_\d+")
_KAGGLE_NORMAL = re.compile(r"(?P<patient>(?:NORMAL2-)?IM-\d+)-\d+")
_MENDELEY = re.compile(r"(?P<subtype>NORMAL|BACTERIA|VIRUS)-(?P<patient>\d+)-\d+")


class UnknownDataLayout(ValueError):
    """A data folder or a file name that is not the published data set's."""


@dataclass(frozen=True)
class Example:
    """One labelled radiograph.

    ``image`` is its path inside the data folder with forward slashes, ``subtype`` one of
    ``SUBTYPES``, ``patient`` the identity that must not be split.
    """

    image: str
    subtype: str
    patient: str

    @property
    def label(self) -> int:
        """0 normal, 1 pneumonia."""
        return int(self.subtype != "normal")

    @property
    def kind(self) -> int:
        """The class index of the three-way head: the position in ``SUBTYPES``."""
        return SUBTYPES.index(self.subtype)


def parse_example(image: str) -> Example:
    """Read kind and patient from a file's name; raises ``UnknownDataLayout`` for a name of neither scheme."""
    stem = Path(image).stem
    if match := _KAGGLE_PNEUMONIA.match(stem):
        return Example(image, match["subtype"], match["patient"])
    if match := _KAGGLE_NORMAL.match(stem):
        return Example(image, "normal", match["patient"])
    if match := _MENDELEY.match(stem):
        return Example(image, match["subtype"].lower(), match["patient"])
    raise UnknownDataLayout(
        f"{image}: expected a name such as person1_virus_6.jpeg, IM-0115-0001.jpeg or "
        f"BACTERIA-4038442-0001.jpeg, from which kind and patient are read. Remove the file or rename it."
    )


def find_examples(data: Path, part: str) -> list[Example]:
    """List every radiograph of ``data/part`` (``train`` or ``test``), sorted by path."""
    folders = [data / part / name for name in FOLDERS]
    missing = [folder.name for folder in folders if not folder.is_dir()]
    if missing:
        raise UnknownDataLayout(
            f"expected the folders NORMAL and PNEUMONIA in {data / part}; missing: {', '.join(missing)}. "
            f"Run python -m training.download, or point --data at the data set."
        )
    files = (file for folder in folders for file in sorted(folder.iterdir()))
    return [
        parse_example(file.relative_to(data).as_posix())
        for file in files
        if file.suffix.lower() in {".jpeg", ".jpg", ".png"} and not file.name.startswith(".")
    ]


def validation_patients(train: Sequence[Example]) -> set[str]:
    """Draw the patients held out of train: ``VALIDATION_SHARE`` of each subtype's, by a fixed seed."""
    subtype_of = {e.patient: e.subtype for e in reversed(train)}
    generator = np.random.default_rng(SPLIT_SEED)
    held_out: set[str] = set()
    for subtype in SUBTYPES:
        patients = sorted(p for p, s in subtype_of.items() if s == subtype)
        drawn = generator.permutation(len(patients))[: round(VALIDATION_SHARE * len(patients))]
        held_out.update(patients[i] for i in drawn)
    return held_out


def split(data: Path) -> dict[str, list[Example]]:
    """Split into ``fit``, ``validation`` and ``test``; no patient is in two of them."""
    train, test = find_examples(data, "train"), find_examples(data, "test")
    held_out = validation_patients(train)
    return {
        "fit": [e for e in train if e.patient not in held_out],
        "validation": [e for e in train if e.patient in held_out],
        "test": test,
    }


def write_splits(file: Path, splits: dict[str, list[Example]]) -> None:
    """Write ``data/splits.csv``: one row an image, with the split that it belongs to."""
    columns = ("image", "label", "subtype", "patient", "split")
    rows = (
        {**asdict(example), "label": example.label, "split": name}
        for name, examples in splits.items()
        for example in examples
    )
    write_rows(file, columns, rows)


def at_full_resolution(folder: Path, examples: Sequence[Example]) -> list[Example]:
    """Return those of train that a folder with NORMAL and PNEUMONIA has, by their paths in it."""
    named = [replace(example, image=example.image.removeprefix("train/")) for example in examples]
    return [example for example in named if (folder / example.image).is_file()]


def load_images(data: Path, examples: Sequence[Example], size: int) -> np.ndarray:
    """Load the radiographs as the network gets them, uint8 of shape (n, size, size), grey, 0 to 255."""
    images = np.empty((len(examples), size, size), np.uint8)
    for row, example in enumerate(tqdm(examples, desc="reading radiographs", unit="image", mininterval=2)):
        scan = radiograph.read((data / example.image).read_bytes(), example.image)
        images[row] = np.rint(network_input(scan.pixels, size))[..., 0]
    return images


def digest(data: Path, examples: Iterable[Example]) -> str:
    """Return the SHA-256 over names and contents, in order: two equal digests are the same data."""
    total = hashlib.sha256()
    for example in examples:
        total.update(example.image.encode())
        total.update(hashlib.sha256((data / example.image).read_bytes()).digest())
    return total.hexdigest()
