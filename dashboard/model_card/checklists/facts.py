"""Clauses that answer several items of the checklists, made of the card's and the tables' values."""

from dataclasses import dataclass
from functools import cached_property

from dashboard.model_card.formatting import format_recipe
from dashboard.model_card.shared_patients import shared_patients
from dashboard.shared.formatting import SUBTYPES, format_count, format_estimate
from model.network.card import Card
from model.network.split_scores import Scores


@dataclass(frozen=True)
class Facts:
    """The card, the test set's scores, and the rows of ``data/splits.csv`` and ``data/cross_validation.csv``."""

    card: Card
    test: Scores
    splits: list[dict[str, str]]
    folds: list[dict[str, str]]

    @property
    def preprocessing(self) -> str:
        """The preprocessing, to begin a sentence with."""
        return self.card.preprocessing[0].upper() + self.card.preprocessing[1:]

    @property
    def recipe(self) -> str:
        return format_recipe(self.card.training.recipe)

    @property
    def counts(self) -> str:
        """Radiographs and patients of every split, by kind."""
        return "; ".join(
            f"{name} {split.images:,} radiographs of {split.patients:,} patients ("
            + ", ".join(f"{getattr(split, kind):,} {title.lower()}" for kind, title in SUBTYPES.items())
            + ")"
            for name, split in self.card.data.splits.items()
        )

    @cached_property
    def patients_shared(self) -> int:
        """The number of patients in more than one split."""
        return shared_patients(self.splits)

    @property
    def compared(self) -> str:
        """How many recipes were compared on which folds."""
        recipes = {(row["recipe"], row["epochs"]) for row in self.folds}
        folds = ", ".join(sorted({row["fold"] for row in self.folds}))
        return f"{format_count(len(recipes), 'recipe')} on folds {folds}"

    def measured(self, split: str) -> str:
        """Return the main figures of a split, with intervals."""
        figures = self.card.metrics[split]
        return (
            f"AUC {format_estimate(figures.auc)}, recall {format_estimate(figures.recall)}, specificity "
            f"{format_estimate(figures.specificity)}, precision {format_estimate(figures.precision)}"
        )

    @property
    def confusion(self) -> str:
        """The confusion matrix on test."""
        test = self.card.metrics["test"]
        return f"{test.tp} pneumonias found, {test.fn} missed, {test.fp} false alarms, {test.tn} normals left alone"

    @property
    def calibration(self) -> str:
        """The calibration on test."""
        measured = self.card.metrics["test"].calibration
        return (
            f"On test: Brier score {measured.brier:.3f}, expected calibration error "
            f"{measured.expected_error:.3f}, slope {measured.slope:.2f}, intercept {measured.intercept:+.2f}"
        )
