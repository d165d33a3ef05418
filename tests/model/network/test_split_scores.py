"""The shipped scores are the official split's, and the card's figures are recounted from them."""

from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

from model.metrics.conformal import conformal_threshold
from model.network.card import load_card
from model.network.split_scores import Scores, load_split_scores, write_split_scores


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    scores = Scores(["a.jpeg", "b.jpeg"], np.array([0, 1]), ["normal", "virus"], ["1", "2"], np.array([0.25, 1]))
    write_split_scores(scores, tmp_path / "some_scores.csv")
    assert (tmp_path / "some_scores.csv").read_text().splitlines() == [
        "image,label,subtype,patient,probability",
        "a.jpeg,0,normal,1,0.2500000",
        "b.jpeg,1,virus,2,1.0000000",
    ]


def test_the_test_set_is_the_official_one() -> None:
    test = load_split_scores(load_card(), "test")
    assert (len(test), int((test.labels == 0).sum()), int(test.labels.sum())) == (624, 234, 390)


def test_no_patient_is_in_two_splits() -> None:
    card = load_card()
    test, validation = (set(load_split_scores(card, name).patients) for name in ("test", "validation"))
    assert not test & validation


@pytest.mark.parametrize("split", ["test", "validation"])
def test_the_cards_figures_are_those_of_the_scores(split: str) -> None:
    card = load_card()
    scores, shown = load_split_scores(card, split), card.metrics[split]
    called = scores.probabilities >= card.default_threshold
    assert shown.auc.value == pytest.approx(metrics.roc_auc_score(scores.labels, scores.probabilities))
    assert shown.recall.value == pytest.approx(metrics.recall_score(scores.labels, called))
    assert shown.accuracy.value == pytest.approx(metrics.accuracy_score(scores.labels, called))
    assert shown.f1["value"] == pytest.approx(metrics.f1_score(scores.labels, called))


def test_the_default_threshold_comes_from_validation() -> None:
    card = load_card()
    validation = load_split_scores(card, "validation")
    pneumonias = validation.probabilities[validation.labels == 1]
    assert card.default_threshold == conformal_threshold(pneumonias, card.target_recall)
