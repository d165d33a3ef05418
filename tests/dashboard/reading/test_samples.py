"""The samples: what each is called and where it comes from."""

import base64

from dashboard.reading.samples import DIAGNOSES, NAMES, load_sample, sample_name, sample_origin, sample_picture
from dashboard.shared.resources import load_samples
from model.io import radiograph


def test_samples_are_named_by_subtype_and_number() -> None:
    names = ["Normal 1", "Normal 2", "Normal 3", "Normal 4", "Bacterial 1", "Bacterial 2", "Viral 1", "Viral 2"]
    assert [sample_name(sample) for sample in load_samples()][:8] == names
    assert {sample["subtype"] for sample in load_samples()} <= set(NAMES) & set(DIAGNOSES)


def test_a_sample_is_a_file_of_known_origin() -> None:
    sample = next(sample for sample in load_samples() if sample["file"] == "virus_2.jpg")
    file = load_sample(sample)
    assert (file.name, file.problem, file.data[:2]) == ("Viral 2", "", b"\xff\xd8")
    assert sample_origin(sample).startswith("A composite of 10 children with viral pneumonia, ")


def test_a_samples_picture_asks_the_server_for_nothing() -> None:
    address, _, coded = sample_picture("virus_2.jpg").partition(",")
    assert address == "data:image/jpeg;base64"
    assert max(radiograph.read(base64.b64decode(coded)).pixels.shape) == 400
