"""The paired comparison of two networks on the same images, at every threshold of the first."""

from typing import Any

import numpy as np

from dashboard.shared.formatting import format_estimate, format_threshold
from model.metrics import intervals
from model.metrics.estimate import Estimate
from model.metrics.operating_points import operating_points
from model.metrics.paired_tests import accuracy_difference, delong, mcnemar


def paired_table(
    labels: np.ndarray,
    own: np.ndarray,
    other: np.ndarray,
    thresholds: list[float],
    other_threshold: float,
    name: str,
    areas: tuple[Estimate[float], Estimate[float]] | None = None,
) -> dict[str, Any]:
    """Compute what the section shows of two networks.

    Args:
        labels: 0 or 1, shape (n,).
        own, other: scores of the two networks, of that shape.
        thresholds: of the table, ascending; the row above them all, at which nothing is called pneumonia, is added.
        other_threshold: from which on the other network says pneumonia.
        name: of the other network.
        areas: under the two ROC curves where they were measured on more digits than these scores have, own first;
            else computed.

    Returns:
        Texts, thousandths of the other's rates, and for every row how many images only one of them is
        right on, with ``differences`` (own less other) of accuracy, recall and specificity: ``value``, ``low``
        and ``high`` in thousandths, ``p`` in millionths.
    """
    counts = operating_points(labels, other).at(other_threshold)
    right = (other >= other_threshold) == (labels == 1)
    positives, negatives = only_one(labels, own, right, np.append(thresholds, np.inf))
    both = (positives[0] + negatives[0], positives[1] + negatives[1])
    pneumonias = int(labels.sum())
    own_area, other_area = areas or (intervals.auc(labels, own), intervals.auc(labels, other))
    test = delong(labels, other, own)
    gain, half = own_area.value - other_area.value, (test.difference.high - test.difference.low) / 2
    return {
        "name": name,
        "threshold": format_threshold(other_threshold),
        "recall": round(1000 * counts.recall),
        "specificity": round(1000 * counts.specificity),
        "accuracy": round(1000 * counts.accuracy),
        "own_auc": format_estimate(own_area),
        "auc": format_estimate(other_area),
        "auc_difference": _signed(gain),
        "auc_p": f"{_signed(gain - half)} to {_signed(gain + half)}; "
        + ("p < 0.001" if test.p < 0.001 else f"p {test.p:.3f}"),
        "only_own": both[0].tolist(),
        "only_other": both[1].tolist(),
        "differences": {
            "accuracy": _difference(*both, len(labels)),
            "recall": _difference(*positives, pneumonias),
            "specificity": _difference(*negatives, len(labels) - pneumonias),
        },
    }


def _signed(figure: float) -> str:
    return f"{figure:+.3f}".replace("-", "\N{MINUS SIGN}")


Pair = tuple[np.ndarray, np.ndarray]


def only_one(
    labels: np.ndarray, own: np.ndarray, other_right: np.ndarray, thresholds: np.ndarray
) -> tuple[Pair, Pair]:
    """Count positives, and negatives, that only one network is right on, at every threshold.

    Returns:
        For each class: right by the own network alone, and by the other alone.
    """

    def below(chosen: np.ndarray) -> np.ndarray:
        return np.searchsorted(np.sort(own[chosen]), thresholds)

    positive = labels == 1
    positives_own = np.count_nonzero(positive & ~other_right) - below(positive & ~other_right)
    positives_other = below(positive & other_right)
    negatives_own = below(~positive & ~other_right)
    negatives_other = np.count_nonzero(~positive & other_right) - below(~positive & other_right)
    return (positives_own, positives_other), (negatives_own, negatives_other)


def _difference(only_own: np.ndarray, only_other: np.ndarray, number: int) -> dict[str, list[int]]:
    found = accuracy_difference(only_other, only_own, number)
    return {
        "value": np.rint(1000 * found.value).astype(int).tolist(),
        "low": np.rint(1000 * found.low).astype(int).tolist(),
        "high": np.rint(1000 * found.high).astype(int).tolist(),
        "p": np.rint(1e6 * mcnemar(only_own, only_other)).astype(int).tolist(),
    }
