from pathlib import Path

import pytest

from tests.pictures import chest, png
from training import dataset
from training.dataset import Example, UnknownDataLayout


@pytest.mark.parametrize(
    ("name", "subtype", "patient"),
    [
        ("person1000_virus_1681.jpeg", "virus", "person1000_virus"),
        ("person1_bacteria_2.jpeg", "bacteria", "person1_bacteria"),
        ("IM-0115-0001.jpeg", "normal", "IM-0115"),
        ("IM-0115-0001-0002.jpeg", "normal", "IM-0115"),
        ("NORMAL2-IM-0927-0001.jpeg", "normal", "NORMAL2-IM-0927"),
        ("NORMAL-2552119-0002.jpeg", "normal", "2552119"),
        ("BACTERIA-4038442-0001.jpeg", "bacteria", "4038442"),
        ("VIRUS-2040583-0001.jpeg", "virus", "2040583"),
    ],
)
def test_both_name_schemes_tell_kind_and_patient(name: str, subtype: str, patient: str) -> None:
    found = dataset.parse_example(f"train/X/{name}")
    assert (found.subtype, found.patient) == (subtype, patient)
    assert found.label == (subtype != "normal")
    assert dataset.SUBTYPES[found.kind] == subtype


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(UnknownDataLayout, match=r"holiday\.jpeg: expected a name such as person1_virus_6"):
        dataset.parse_example("train/NORMAL/holiday.jpeg")


def test_a_folder_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownDataLayout, match="expected the folders NORMAL and PNEUMONIA"):
        dataset.find_examples(tmp_path, "train")


def test_validation_holds_out_whole_patients_of_every_kind() -> None:
    members = [
        Example(f"{subtype}{patient}-{image}", subtype, f"{subtype}{patient}")
        for subtype in dataset.SUBTYPES
        for patient in range(100)
        for image in range(2)
    ]
    held_out = dataset.validation_patients(members)
    assert held_out == dataset.validation_patients(members)
    for subtype in dataset.SUBTYPES:
        assert sum(patient.startswith(subtype) for patient in held_out) == round(100 * dataset.VALIDATION_SHARE)


def test_the_shipped_split_keeps_patients_together() -> None:
    rows = [row.split(",") for row in (dataset.ROOT / "data/splits.csv").read_text().splitlines()[1:]]
    splits: dict[str, set[str]] = {}
    for _, _, _, patient, split in rows:
        splits.setdefault(split, set()).add(patient)
    assert set(splits) == {"fit", "validation", "test"}
    assert sum(map(len, splits.values())) == len(set.union(*splits.values()))


def test_the_digest_changes_with_the_data(tmp_path: Path) -> None:
    (tmp_path / "IM-1-1.png").write_bytes(png(chest()))
    members = [dataset.parse_example("IM-1-1.png")]
    before = dataset.digest(tmp_path, members)
    (tmp_path / "IM-1-1.png").write_bytes(png(chest(seed=1)))
    assert dataset.digest(tmp_path, members) != before
