"""Folds, figures and the table; the training itself is ``fit``'s."""

import csv
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from training import cross_validate
from training.checks.perturbations import CONDITIONS
from training.dataset import SUBTYPES, Example
from training.recipes import RECIPES, STRONG_AUGMENTATION


def _members(patients: int, images: int = 2) -> list[Example]:
    return [
        Example(f"{subtype}-{patient}-{image}", subtype, f"{subtype}-{patient}")
        for subtype in SUBTYPES
        for patient in range(patients)
        for image in range(images)
    ]


def _logits(members: list[Example], seed: int, noise: float = 1.0) -> dict[str, np.ndarray]:
    """Of a made-up network that is right but for noise, the more where perturbed."""
    generator = np.random.default_rng(seed)
    truth = np.eye(3)[[e.kind for e in members]]
    few = truth[cross_validate.perturbed_rows(members)]
    return {
        "plain": truth + noise * generator.normal(size=truth.shape),
        "mirrored": truth + noise * generator.normal(size=truth.shape),
        "perturbed": np.stack([few + 2 * noise * generator.normal(size=few.shape) for _ in CONDITIONS]),
    }


def test_patients_are_whole_and_kinds_even_across_folds() -> None:
    members = _members(30)
    folds = cross_validate.assign_folds(members)
    for subtype in SUBTYPES:
        assert np.bincount(folds[[e.subtype == subtype for e in members]]).tolist() == [20, 20, 20]
    fold_of = {e.patient: fold for e, fold in zip(members, folds, strict=True)}
    assert all(fold_of[e.patient] == fold for e, fold in zip(members, folds, strict=True))


def test_the_earliest_are_a_third_of_each_kinds_patients_by_number() -> None:
    names = [f"IM-{n:04}" for n in (2, 30)] + ["NORMAL2-IM-0019"] + [f"person{n}_virus" for n in (9, 10, 100)]
    members = [Example(name, "virus" if "virus" in name else "normal", name) for name in names for _ in range(2)]
    first = {
        e.patient for e, early in zip(members, cross_validate.in_earliest_third(members), strict=True) if early
    }
    assert first == {"IM-0002", "person9_virus"}


def test_a_fold_is_learnt_from_all_that_it_is_not_scored_on(tmp_path: Path) -> None:
    study = _study(tmp_path)
    for fold in cross_validate.ALL_FOLDS:
        learnt, held_out = study.rows(fold)
        assert sorted([*learnt, *held_out]) == list(range(len(study.examples)))
        assert not {e.patient for e in study.examples_at(learnt)} & {e.patient for e in study.examples_at(held_out)}


def test_a_distilled_network_is_judged_where_its_teachers_predicted() -> None:
    assert cross_validate.comparable_folds(STRONG_AUGMENTATION, cross_validate.ALL_FOLDS) == [
        "0",
        "1",
        "2",
        "earliest",
    ]
    assert cross_validate.comparable_folds(RECIPES["distilled"], cross_validate.ALL_FOLDS) == ["0", "1", "2"]


def test_perturbed_are_every_normal_and_a_share_of_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross_validate, "PERTURBED", 100)
    members = _members(30)
    rows = cross_validate.perturbed_rows(members)
    assert len(rows) == 100
    assert sum(members[row].label == 0 for row in rows) == 60
    assert len(set(rows.tolist())) == 100


def test_specificity_is_that_of_the_highest_threshold_that_finds_enough() -> None:
    labels = np.array([1] * 20 + [0] * 4)
    scores = np.array([*range(10, 30), 5, 10.5, 11.5, 40])
    assert cross_validate.specificity_at(labels, scores, 0.95) == 0.5
    assert cross_validate.specificity_at(labels, scores, 1.0) == 0.25


def test_the_worst_quarter_is_the_mean_of_the_lowest() -> None:
    assert cross_validate.worst_quarter([0.9, 0.1, 0.8, 0.3, 0.7, 0.6, 0.5, 0.95]) == pytest.approx(0.2)
    assert cross_validate.worst_quarter([0.9, 0.4]) == 0.4


def test_figures_are_scikit_learns_and_worse_where_perturbed() -> None:
    members = _members(60)
    logits = _logits(members, 0)
    measured = cross_validate.fold_figures(members, logits)
    rows = cross_validate.perturbed_rows(members)
    odds = np.logaddexp(logits["plain"][rows, 1], logits["plain"][rows, 2]) - logits["plain"][rows, 0]
    assert measured["auc"] == pytest.approx(roc_auc_score([members[row].label for row in rows], odds))
    assert measured["worst_auc"] < measured["auc"]
    assert measured["worst_specificity"] < measured["specificity"]


def test_screening_shrinks_radiographs_in_proportion() -> None:
    assert cross_validate.screening_recipe(STRONG_AUGMENTATION, []).size == 128
    assert cross_validate.screening_recipe(RECIPES["larger_input"], ["epochs=1"]).size == 192
    assert cross_validate.screening_recipe(STRONG_AUGMENTATION, ["epochs=1"]).epochs == 1


def _study(folder: Path) -> cross_validate.Study:
    """Return a study whose folds are all finished, for two recipes of which the second is the noisier."""
    study = cross_validate.Study.__new__(cross_validate.Study)
    study.examples, study.runs, study.settings = _members(60), folder, []
    study.folds = cross_validate.assign_folds(study.examples)
    for name, noise in (("strong_augmentation", 0.5), ("mixup", 1.5)):
        (folder / name).mkdir()
        for fold in range(cross_validate.FOLDS):
            logits = _logits(study.examples_at(np.flatnonzero(study.folds == fold)), fold, noise)
            np.savez(folder / name / f"fold-{fold}.npz", allow_pickle=False, **logits)
    return study


def test_the_table_keeps_what_was_measured_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "cross_validation.csv"
    epochs = cross_validate.screening_recipe(STRONG_AUGMENTATION, []).epochs
    lines = [
        ",".join(cross_validate.COLUMNS),
        *(f"{r},{epochs},0,0.5,0.5,0.5,0.5,0.5" for r in ("cutmix,old", "mixup,old")),
    ]
    file.write_text("\n".join([*lines, f"mixup,shorter,{epochs - 1},0,0.5,0.5,0.5,0.5,0.5", ""]))
    cross_validate.write_table(_study(tmp_path), file)
    *rows, shorter = csv.DictReader(file.open())
    assert (shorter["about"], shorter["epochs"]) == ("shorter", str(epochs - 1))
    assert [row["recipe"] for row in rows] == ["strong_augmentation"] * 3 + ["mixup"] * 3 + ["cutmix"]
    assert rows[3]["about"] == "mixup"
    assert all(float(a["auc"]) > float(b["auc"]) for a, b in zip(rows[:3], rows[3:6], strict=True))
    assert all(0 < float(row["movement"]) < 1 for row in rows[:6])


def test_an_ensembles_prediction_is_the_mean_of_each_networks_out_of_fold(tmp_path: Path) -> None:
    study = _study(tmp_path)
    alone = [study.mean_predictions([RECIPES[name]]) for name in ("strong_augmentation", "mixup")]
    both = study.mean_predictions([RECIPES["strong_augmentation"], RECIPES["mixup"]])
    np.testing.assert_allclose(both, np.mean(alone, axis=0), atol=1e-6)
    np.testing.assert_allclose(both.sum(axis=1), 1, atol=1e-6)
    assert np.mean(both.argmax(axis=1) == [e.kind for e in study.examples]) > 0.7
