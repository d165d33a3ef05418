"""The samples: what each is called and where it comes from."""

from dashboard.reading.samples import load_sample, sample_name, sample_origin
from dashboard.shared.resources import load_samples


def test_samples_are_named_by_subtype_and_number() -> None:
    names = ["Normal 1", "Normal 2", "Normal 3", "Normal 4", "Bacterial 1", "Bacterial 2", "Viral 1", "Viral 2"]
    assert [sample_name(sample) for sample in load_samples()] == names


def test_a_sample_is_a_file_of_known_origin() -> None:
    sample = load_samples()[-1]
    file = load_sample(sample)
    assert (file.name, file.problem, file.data[:2]) == ("Viral 2", "", b"\xff\xd8")
    assert sample_origin(sample).startswith("A composite of 10 children with viral pneumonia, ")
