"""Every rate of a confusion matrix, with its 95 % interval, at one or many thresholds at once.

Proportions have Wilson's interval. A rate made of recall and specificity, two independent proportions, has the
interval that MOVER recovers from theirs (Zou and Donner 2008, eq. 3; for functions that are not sums, Newcombe
2016): with f growing in both,

    low = f - sqrt((f - f(low recall, specificity))^2 + (f - f(recall, low specificity))^2),

and in the same way above.
"""

from collections.abc import Callable
from typing import Any, overload

import numpy as np

from model.metrics.estimate import Estimate, T
from model.metrics.intervals import proportion
from model.metrics.operating_points import ConfusionMatrix, OperatingPoints

RATES = ("recall", "specificity", "precision", "npv", "accuracy", "balanced_accuracy", "f1", "mcc")


@overload
def rates(counts: ConfusionMatrix) -> dict[str, Estimate[float]]: ...
@overload
def rates(counts: OperatingPoints) -> dict[str, Estimate[np.ndarray]]: ...
def rates(counts: Any) -> dict[str, Any]:
    """Estimate each of ``RATES``, floats of a confusion matrix, arrays of shape (k + 1,) of operating points.

    ``npv`` is the negative predictive value, ``mcc`` Matthews' correlation coefficient, -1 to 1, and 0 where every
    call or none is positive (Chicco and Jurman 2020). F1 is no proportion, but it grows with one: F1 = 2 F* / (1 +
    F*), F* = TP / (TP + FP + FN) (Hand, Christen, Kirielle 2021).
    """
    tp, fp, fn, tn = counts.tp, counts.fp, counts.fn, counts.tn
    recall: Any = proportion(tp, tp + fn)
    specificity: Any = proportion(tn, tn + fp)
    prevalence = (tp + fn) / (tp + fp + fn + tn)
    return {
        "recall": recall,
        "specificity": specificity,
        "precision": proportion(tp, tp + fp),
        "npv": proportion(tn, tn + fn),
        "accuracy": proportion(tp + tn, tp + fp + fn + tn),
        "balanced_accuracy": mover(lambda r, s: (r + s) / 2, recall, specificity),
        "f1": Estimate(*(2 * end / (1 + end) for end in proportion(tp, tp + fp + fn))),
        "mcc": mover(lambda r, s: matthews(r, s, prevalence), recall, specificity),
    }


def mover(function: Callable[[T, T], T], recall: Estimate[T], specificity: Estimate[T]) -> Estimate[T]:
    """Estimate a function that grows with recall and with specificity."""
    value = function(recall.value, specificity.value)
    below, above = (
        np.hypot(value - function(r, specificity.value), value - function(recall.value, s))
        for r, s in zip(recall[1:], specificity[1:], strict=True)
    )
    return Estimate(value, value - below, value + above)


def matthews(recall: T, specificity: T, prevalence: T | float) -> T:
    """Return Matthews' correlation coefficient from recall, specificity and prevalence."""
    positive = prevalence * recall + (1 - prevalence) * (1 - specificity)
    variance = positive * (1 - positive)
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = (recall + specificity - 1) * np.sqrt(np.divide(prevalence * (1 - prevalence), variance))
    found: Any = np.where(variance > 0, correlation, 0.0)
    return found[()]


def predictive_values(
    recall: Estimate[T], specificity: Estimate[T], prevalence: float
) -> tuple[Estimate[T], Estimate[T]]:
    """Estimate the positive and the negative predictive value at a prevalence, 0 to 1, by Bayes' rule."""

    def ppv(r: T, s: T) -> T:
        return _ratio(prevalence * r, (1 - prevalence) * (1 - s))

    def npv(r: T, s: T) -> T:
        return _ratio((1 - prevalence) * s, prevalence * (1 - r))

    return mover(ppv, recall, specificity), mover(npv, recall, specificity)


def _ratio(right: T, wrong: T) -> T:
    with np.errstate(invalid="ignore"):
        return np.divide(right, right + wrong)
