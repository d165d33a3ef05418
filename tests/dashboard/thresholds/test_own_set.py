"""An own set: how radiographs are labelled and scored, and what is refused."""

import io
import re
import zipfile

import numpy as np
import pytest

from dashboard.thresholds.own_set import folder_label, own_evaluation_set, score_archive
from dashboard.thresholds.scores_csv import UnusableScores
from model.network.classifier import Classifier
from tests.pictures import chest, png


def test_own_evidence_fixes_its_own_policies_and_says_so() -> None:
    labels, scores = np.repeat([0, 1], [30, 40]), np.linspace(0, 1, 70)
    evaluation = own_evaluation_set(labels, scores, 0.9)
    assert [policy.title for policy in evaluation.policies] == [
        "Finds at least 90 % (default)",
        "Fewest errors on your own images",
    ], "the Youden index is largest at the threshold of the fewest errors"
    assert {policy.origin for policy in evaluation.policies} == {"your own images"}
    assert "better here than they are" in evaluation.provenance and not evaluation.of_shipped
    assert np.mean(scores[labels == 1] >= evaluation.default) >= 0.9
    assert evaluation.name != own_evaluation_set(labels, scores**2, 0.9).name


def test_too_few_pneumonias_leave_the_default_at_alarm_for_all() -> None:
    assert own_evaluation_set(np.array([0, 1, 1]), np.array([0.1, 0.2, 0.9]), 0.95).default == 0


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("set.zip/NORMAL/a.jpeg", 0),
        ("x/pneumonia/deep/b.png", 1),
        ("normal/PNEUMONIA/c.png", 1),
        # A series' folder is a number, and says nothing.
        ("set.zip/NORMAL/1/0001.dcm", 0),
        ("set.zip/Pneumonia/0.0/0001.dcm", 1),
    ],
)
def test_the_nearest_folder_labels_a_radiograph(name: str, label: int) -> None:
    assert folder_label(name) == label


@pytest.mark.parametrize("folder", ["0", "1", "0.0", "1.0"])
def test_a_number_labels_no_folder(folder: str) -> None:
    with pytest.raises(UnusableScores, match="expected to lie in a folder NORMAL or PNEUMONIA"):
        folder_label(f"set.zip/{folder}/a.dcm")


def test_labelled_radiographs_are_scored_and_the_others_named() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        for name in ("NORMAL/a.png", "PNEUMONIA/b.png", "c.png"):
            members.writestr(name, png(chest()))
        members.writestr("NORMAL/d.png", b"no picture")
    labels, scores, refused = score_archive("set.zip", archive.getvalue(), Classifier.load())
    assert sorted(labels.tolist()) == [0, 1]
    assert ((scores > 0) & (scores < 1)).all()
    assert len(refused) == 2
    assert any(re.search(r"c\.png: expected to lie in a folder NORMAL or PNEUMONIA", line) for line in refused)


def test_an_archive_of_one_kind_is_refused() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr("NORMAL/a.png", png(chest()))
    with pytest.raises(UnusableScores, match="folders NORMAL and PNEUMONIA; received 1 that could be scored, 0 of"):
        score_archive("set.zip", archive.getvalue(), Classifier.load())
