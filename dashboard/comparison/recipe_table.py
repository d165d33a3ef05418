"""Recipes side by side, from the rows of ``data/cross_validation.csv``."""

from typing import Any

import numpy as np


def recipe_rows(folds: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Every recipe, the longer trained first, beside the first that was trained as long."""
    by_recipe: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in folds:
        by_recipe.setdefault((row["epochs"], row["recipe"]), []).append(row)
    first_of: dict[str, list[dict[str, str]]] = {}
    for (epochs, _), own in by_recipe.items():
        first_of.setdefault(epochs, own)
    return [recipe_row(own, first_of[epochs]) for (epochs, _), own in by_recipe.items()]


def recipe_row(own: list[dict[str, str]], first: list[dict[str, str]]) -> dict[str, Any]:
    """A recipe as the table shows it, from its folds and the first recipe's."""

    def mean(figure: str) -> float:
        return float(np.mean([float(row[figure]) for row in own]))

    def change(figure: str) -> str:
        base = {row["fold"]: float(row[figure]) for row in first}
        differences = [float(row[figure]) - base[row["fold"]] for row in own if row["fold"] in base]
        if own is first or len(differences) < 2:
            return "" if own is first or not differences else f"{differences[0]:+.4f}"
        error = np.std(differences, ddof=1) / np.sqrt(len(differences))
        return f"{np.mean(differences):+.4f} \N{PLUS-MINUS SIGN} {error:.4f}"

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
