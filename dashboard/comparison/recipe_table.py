"""Recipes side by side, from the rows of ``data/cross_validation.csv``."""

from collections import defaultdict
from typing import Any

import numpy as np
from scipy.stats import sem

Rows = list[dict[str, str]]

AUGMENTATIONS = {
    "none": "none",
    "reference": "shear, zoom, flip",
    "strong": "strong",
    "fifth_plain": "strong, or one in five none",
    "half_augmented": "strong, or every other none",
    "wide": "wide",
    "unstretched": "strong, unstretched",
    "other_bodies": "lungs in other bodies, every other strong",
}
"""What each augmentation does, by its name."""


def recipe_rows(folds: Rows) -> list[dict[str, Any]]:
    """Return a row for every recipe, in their order, compared with the first that was trained as long."""
    by_recipe: dict[tuple[str, str], Rows] = defaultdict(list)
    for row in folds:
        by_recipe[row["epochs"], row["recipe"]].append(row)
    first_of = {own[0]["epochs"]: own for own in reversed(by_recipe.values())}
    return [recipe_row(own, first_of[own[0]["epochs"]]) for own in by_recipe.values()]


def recipe_row(own: Rows, first: Rows) -> dict[str, Any]:
    """Return a recipe as the table shows it, from the rows of its folds and of the first recipe's."""

    def mean(figure: str) -> float:
        return float(np.mean([float(row[figure]) for row in own]))

    def change(figure: str) -> str:
        base = {row["fold"]: float(row[figure]) for row in first}
        differences = [float(row[figure]) - base[row["fold"]] for row in own if row["fold"] in base]
        if own is first or not differences:
            return ""
        change = f"{np.mean(differences):+.4f}"
        return f"{change} \N{PLUS-MINUS SIGN} {sem(differences):.4f}" if len(differences) > 1 else change

    return {
        "Means": own[0]["about"],
        "Epochs": int(own[0]["epochs"]),
        "Folds": ", ".join(row["fold"] for row in own),
        "AUC, worst quarter": round(mean("worst_auc"), 4),
        "its change": change("worst_auc"),
        "AUC, plain": round(mean("auc"), 4),
        "Specificity at 95 % recall, worst quarter": round(mean("worst_specificity"), 3),
        "change of it": change("worst_specificity"),
        "Moves": round(100 * mean("movement"), 2),
    }
