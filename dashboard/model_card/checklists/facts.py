"""Clauses that answer several items, made of the card's and the tables' values."""

from dataclasses import dataclass

from dashboard.model_card.failures import repeats
from dashboard.model_card.sections.formatting import KINDS, format_recipe
from dashboard.model_card.sections.shared_patients import shared_patients
from dashboard.shared.disclaimer import population
from dashboard.shared.formatting import format_count, format_estimate
from model.network.card import Card
from model.network.split_scores import Scores

FIGURES = {"auc": "AUC", "recall": "recall", "specificity": "specificity", "precision": "precision"}


@dataclass(frozen=True)
class Facts:
    """The card, the test set's scores, and the rows of the tables that the answers quote."""

    card: Card
    test: Scores
    splits: list[dict[str, str]]
    folds: list[dict[str, str]]
    looks: list[dict[str, str]]

    @property
    def source(self) -> str:
        return self.card.data.source

    @property
    def population(self) -> str:
        return population(self.card)

    @property
    def preprocessing(self) -> str:
        words = self.card.preprocessing
        return words[0].upper() + words[1:]

    @property
    def prevalences(self) -> str:
        """Share of pneumonias, split by split."""
        splits = self.card.data.splits.items()
        return ", ".join(f"{name} {100 * (1 - split.normal / split.images):.0f} %" for name, split in splits)

    @property
    def areas(self) -> str:
        """AUC on validation and on test."""
        return ", ".join(f"{name} {format_estimate(own.auc)}" for name, own in self.card.metrics.items())

    @property
    def counts(self) -> str:
        """Every split by kind."""
        return "; ".join(
            f"{name} {split.images:,} radiographs of {split.patients:,} patients ("
            + ", ".join(f"{getattr(split, kind):,} {title.lower()}" for kind, title in KINDS.items())
            + ")"
            for name, split in self.card.data.splits.items()
        )

    @property
    def patients_shared(self) -> int:
        """Patients in more than one split."""
        return shared_patients(self.splits)

    def measured(self, split: str) -> str:
        """The main figures of a split, with intervals."""
        figures = self.card.metrics[split]
        return ", ".join(f"{title} {format_estimate(getattr(figures, name))}" for name, title in FIGURES.items())

    @property
    def by_kind(self) -> str:
        """Recall on test by kind of pneumonia."""
        test = self.card.metrics["test"]
        recalls = {"bacteria": test.recall_bacteria, "virus": test.recall_virus}
        return ", ".join(f"{KINDS[kind].lower()} {format_estimate(recall)}" for kind, recall in recalls.items())

    @property
    def confusion(self) -> str:
        test = self.card.metrics["test"]
        return f"{test.tp} pneumonias found, {test.fn} missed, {test.fp} false alarms, {test.tn} normals left alone"

    @property
    def calibration(self) -> str:
        measured = self.card.metrics["test"].calibration
        return (
            f"On test: Brier score {measured.brier:.3f}, expected calibration error "
            f"{measured.expected_error:.3f}, slope {measured.slope:.2f}, intercept "
            f"{measured.intercept:+.2f}"
        )

    @property
    def threshold(self) -> str:
        default = self.card.operating_points["default"]
        return f"{self.card.default_threshold:.4f}, the {default.rule}, fixed on {default.split}"

    @property
    def recipe(self) -> str:
        return format_recipe(self.card.training.recipe)

    @property
    def versions(self) -> str:
        training = self.card.training
        named = ", ".join(f"{name} {version}" for name, version in training.versions.items())
        return f"{named}; {training.backend} behind Keras"

    @property
    def compared(self) -> str:
        """How many recipes were compared on how many folds."""
        recipes = {(row["recipe"], row["epochs"]) for row in self.folds}
        folds = ", ".join(sorted({row["fold"] for row in self.folds}))
        return f"{format_count(len(recipes), 'recipe')} on folds {folds}"

    @property
    def looked(self) -> str:
        return format_count(len({row["look"] for row in self.looks}), "look")

    @property
    def movement(self) -> str:
        shortcuts = self.card.shortcuts
        return (
            f"Under {len(shortcuts.changes)} changes that leave the diagnosis alone the probability moves by "
            f"{100 * shortcuts.mean_move[self.card.version]:.2f} percentage points on average"
        )

    @property
    def randomisation(self) -> str:
        """What the heat map loses with the network's weights; empty where the card has not measured it."""
        if not (measured := self.card.randomisation):
            return ""
        everything = measured.stages[-1].spearman.value
        return (
            f" With all of the network's weights shuffled, its mean rank correlation with the map that is shown "
            f"is {everything:.2f}, over {measured.draws} shufflings (Adebayo et al. 2018)."
        )

    @property
    def repeated(self) -> str:
        return (
            f"{format_count(repeats(self.test), 'test radiograph')} most likely repeat another of the same patient"
        )
