"""Own scores: what is read, and that every refusal says what was expected, what came, what to do."""

import io
import re
import zipfile

import numpy as np
import pytest

from dashboard.thresholds import own_set
from dashboard.thresholds.own_set import (
    UnusableScores,
    folder_label,
    own_evaluation_set,
    read_scores,
    score_archive,
)
from model.network.classifier import Classifier
from tests.pictures import chest, png


def _read(text: str) -> tuple[list[int], list[float]]:
    labels, scores = read_scores(io.BytesIO(text.encode()))
    return labels.tolist(), scores.tolist()


@pytest.mark.parametrize(
    "text",
    [
        "label,score\n1,0.75\n0,0.25\n",
        "Score,Label,patient\n0.75,pneumonia,a\n0.25, Normal,b\n",
        "truth, probability\n1.0,0.75\n0.0,0.25",
    ],
)
def test_a_csv_is_read(text: str) -> None:
    assert _read(text) == ([1, 0], [0.75, 0.25])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Expected a CSV with a heading, such as label,score; No columns"),
        ("label,score\n", "Expected a row an image; received a heading alone"),
        ("a,b\n1,2\n", "Expected a column named label or truth or class; received a, b. Name the columns"),
        ("label,b\n1,2\n", "Expected a column named score or probability or prediction"),
        ("label,score\n1,0.5\n2,0.5\n", "Expected labels 0 or normal, 1 or pneumonia; received .*2.* in line 3"),
        ("label,score\n1,0.5\nill,0.5\n", "received 'ill' in line 3"),
        ("label,score\n1,0.5\n0,1.5\n", "Expected scores from 0 to 1; received .*1.5.* in line 3. Other scores"),
        ("label,score\n1,0.5\n0,\n", "received .*nan.* in line 3"),
        (
            "label,score\n1,0.5\n1,0.7\n",
            r"Expected pneumonias \(1\) and normals \(0\); received 2 rows that are all 1",
        ),
    ],
)
def test_what_cannot_be_used_is_said(text: str, said: str) -> None:
    with pytest.raises(UnusableScores, match=said):
        _read(text)


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_set, "MOST_ROWS", 2)
    with pytest.raises(UnusableScores, match=r"Expected at most 2 rows; received more\. Draw a sample"):
        _read("label,score\n1,0.5\n0,0.5\n1,0.6\n")


def test_own_evidence_fixes_its_own_policies_and_says_so() -> None:
    labels, scores = np.repeat([0, 1], [30, 40]), np.linspace(0, 1, 70)
    evaluation = own_evaluation_set(labels, scores, 0.9)
    assert [policy.short_title for policy in evaluation.policies] == ["Default", "Most accurate", "Youden's"]
    assert {policy.origin for policy in evaluation.policies} == {"your own images"}
    assert "flatters" in evaluation.provenance and not evaluation.of_shipped
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
