"""Failures, their order, and what they share, on made-up scores."""

import numpy as np

from dashboard.model_card.failures import concentrations, false_negatives, false_positives, repeats, series_of
from model.network.split_scores import Scores

SCORES = Scores(
    images=[
        "test/NORMAL/IM-1-1.jpeg",
        "test/NORMAL/NORMAL2-IM-2-1.jpeg",
        "test/NORMAL/NORMAL2-IM-2-2.jpeg",
        "test/PNEUMONIA/person1_bacteria_1.jpeg",
        "test/PNEUMONIA/person1_bacteria_2.jpeg",
        "test/PNEUMONIA/person1_virus_3.jpeg",
    ],
    labels=np.array([0, 0, 0, 1, 1, 1]),
    subtypes=["normal"] * 3 + ["bacteria"] * 2 + ["virus"],
    patients=["a", "b", "b", "c", "c", "d"],
    probabilities=np.array([0.1, 0.8, 0.8, 0.4, 0.9, 0.2]),
)


def test_misses_are_listed_from_the_least_suspected() -> None:
    found = false_negatives(SCORES, 0.5)
    assert [failure.name for failure in found] == ["person1_virus_3", "person1_bacteria_1"]
    assert [(failure.others, failure.others_right) for failure in found] == [(0, 0), (1, 1)]


def test_false_alarms_are_listed_from_the_most_suspected_and_at_the_threshold_too() -> None:
    assert [failure.probability for failure in false_positives(SCORES, 0.8)] == [0.8, 0.8]
    assert [failure.probability for failure in false_positives(SCORES, 0.1)] == [0.8, 0.8, 0.1]
    assert false_positives(SCORES, 0.81) == []


def test_what_is_over_represented_comes_first() -> None:
    normals = [series_of(image) for image in SCORES.images[:3]]
    alarmed = [series_of(failure.image) for failure in false_positives(SCORES, 0.5)]
    top, rest = concentrations(alarmed, normals)
    assert (top.kind, top.failures, top.failed, top.members, top.all) == ("NORMAL2", 2, 2, 2, 3)
    assert top.excess == 1.5
    assert (rest.kind, rest.failures) == ("IM", 0)
    assert concentrations([], normals) == []


def test_a_picture_published_twice_is_counted_as_one_that_repeats() -> None:
    assert repeats(SCORES) == 1
