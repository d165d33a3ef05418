"""Every rate that a confusion matrix gives, with its 95 % interval, at many thresholds at once.

Rates of one count out of another have Wilson's interval. A rate that is made of recall and specificity,
two independent shares, has the interval that MOVER recovers from theirs (Zou and Donner 2008, eq. 3;
for functions that are not sums, Newcombe 2016): with f growing in both,

    low = f - sqrt((f - f(low recall, specificity))^2 + (f - f(recall, low specificity))^2),

and in the same way above.
"""

from collections.abc import Callable

import numpy as np

from model.metrics.estimate import Estimate
from model.metrics.intervals import wilson
from model.metrics.operating_points import OperatingPoints

NAMES = ("recall", "specificity", "precision", "npv", "accuracy", "balanced_accuracy", "f1", "mcc")


def rates(points: OperatingPoints) -> dict[str, Estimate[np.ndarray]]:
    """Each of ``NAMES`` at every threshold.

    ``npv`` is the negative predictive value, ``mcc`` Matthews' correlation coefficient, -1 to 1, and 0
    where everybody or nobody is called ill (Chicco and Jurman 2020). F1 is no share, but it grows with
    one: F1 = 2 F* / (1 + F*), F* = TP / (TP + FP + FN) (Hand, Christen, Kirielle 2021).
    """
    tp, fp, fn, tn = (np.asarray(count, float) for count in (points.tp, points.fp, points.fn, points.tn))
    recall, specificity = share(tp, tp + fn), share(tn, tn + fp)
    prevalence = (tp + fn) / (tp + fp + fn + tn)
    overlap = share(tp, tp + fp + fn)
    return {
        "recall": recall,
        "specificity": specificity,
        "precision": share(tp, tp + fp),
        "npv": share(tn, tn + fn),
        "accuracy": share(tp + tn, tp + fp + fn + tn),
        "balanced_accuracy": mover(lambda r, s: (r + s) / 2, recall, specificity),
        "f1": Estimate(*(2 * end / (1 + end) for end in overlap)),
        "mcc": mover(lambda r, s: matthews(r, s, prevalence), recall, specificity),
    }


def share(part: np.ndarray, whole: np.ndarray) -> Estimate[np.ndarray]:
    """A share with Wilson's interval."""
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(whole > 0, part / whole, np.nan)
    return Estimate(value, *wilson(part, whole))


def mover(
    function: Callable[..., np.ndarray], recall: Estimate[np.ndarray], specificity: Estimate[np.ndarray]
) -> Estimate[np.ndarray]:
    """The interval of a function that grows with recall and with specificity."""
    value = function(recall.value, specificity.value)
    ends = {
        end: np.hypot(
            value - function(getattr(recall, end), specificity.value),
            value - function(recall.value, getattr(specificity, end)),
        )
        for end in ("low", "high")
    }
    return Estimate(value, value - ends["low"], value + ends["high"])


def matthews(recall: np.ndarray, specificity: np.ndarray, prevalence: np.ndarray | float) -> np.ndarray:
    """Matthews' correlation coefficient from recall, specificity and the share of pneumonias."""
    called_ill = prevalence * recall + (1 - prevalence) * (1 - specificity)
    spread = called_ill * (1 - called_ill)
    with np.errstate(invalid="ignore", divide="ignore"):
        agreement = (recall + specificity - 1) * np.sqrt(prevalence * (1 - prevalence) / spread)
    return np.where(spread > 0, agreement, 0.0)


def predictive_values(
    recall: Estimate[np.ndarray], specificity: Estimate[np.ndarray], prevalence: float
) -> tuple[Estimate[np.ndarray], Estimate[np.ndarray]]:
    """Positive and negative predictive value where pneumonia has another prevalence, 0 to 1, by Bayes' rule."""

    def positive(r: np.ndarray, s: np.ndarray) -> np.ndarray:
        return _ratio(prevalence * r, prevalence * r + (1 - prevalence) * (1 - s))

    def negative(r: np.ndarray, s: np.ndarray) -> np.ndarray:
        return _ratio((1 - prevalence) * s, (1 - prevalence) * s + prevalence * (1 - r))

    return mover(positive, recall, specificity), mover(negative, recall, specificity)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, np.nan)
