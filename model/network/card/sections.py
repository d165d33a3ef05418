"""The sections of ``card.json``, with the keys that are read; docs/data.md describes all of them."""

from dataclasses import dataclass, field
from typing import Any

from model.metrics.calibration import Calibration
from model.metrics.estimate import Estimate
from model.network.card.parsing import keys


@dataclass(frozen=True)
class FittedCalibration(Calibration):
    """Platt scaling of pneumonia's log-odds, the split it was fitted on, and the prevalence it holds at, 0 to 1."""

    method: str
    split: str
    prevalence: float


@dataclass(frozen=True)
class HeatMap:
    """``full_scale`` is the evidence, in log-odds a position, that the heat map draws at full strength."""

    method: str
    full_scale: float


@dataclass(frozen=True)
class PolicyMetrics:
    """What a policy does on a split: the share left to a human; of the rest accuracy, recall and errors."""

    referred: Estimate[float]
    accuracy: Estimate[float]
    recall: Estimate[float]
    fn: int
    fp: int


@dataclass(frozen=True)
class OperatingPoint:
    """The thresholds of a policy, 0 to 1: ``low`` and ``high`` are the same where it has one.

    ``rule`` is how they were chosen, on ``split`` with its numbers of ``pneumonias`` and ``normals``; ``metrics``
    are by split, empty until they are measured. ``target_recall`` is the default's, 0 to 1.
    """

    rule: str
    split: str
    pneumonias: int
    normals: int
    low: float = field(metadata=keys("low", "threshold"))
    high: float = field(metadata=keys("high", "threshold"))
    target_recall: float = 0.0
    metrics: dict[str, PolicyMetrics] = field(default_factory=dict)


@dataclass(frozen=True)
class Hypothesis:
    """H0, its level, and the validation pneumonias' probabilities, ascending, that it is tested against."""

    null: str
    level: float
    pneumonias: list[float]


@dataclass(frozen=True)
class WarnedShare:
    """``number`` of ``of`` pictures that the guard warns of, with Wilson's 95 % interval; NaN until measured."""

    number: int = 0
    of: int = 0
    value: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")

    @property
    def estimate(self) -> Estimate[float]:
        """The share with its interval."""
        return Estimate(self.value, self.low, self.high)


@dataclass(frozen=True)
class GuardStatement:
    """How the guard was fitted, its thresholds of the Mahalanobis distance, and the shares that it warns of.

    ``lungs`` are the lowest and the highest value of each figure of a plausible lung field, see
    ``model/network/lungs.py``. ``held_out`` are validation's twins and originals, ``radiographs`` the test
    radiographs, ``harmless`` the same under changes that leave the diagnosis alone; ``out_of_distribution`` are
    pictures of other kinds, ``inverted_named`` is the share of inverted ones named so.
    """

    method: str
    disturbed: int
    doubt_threshold: float = field(metadata=keys("doubt"))
    threshold: float = field(metadata=keys("limit"))
    quantile: float
    lungs: dict[str, list[float]] = field(default_factory=dict)
    held_out: dict[str, WarnedShare] = field(default_factory=dict)
    radiographs: WarnedShare = WarnedShare()
    harmless: dict[str, WarnedShare] = field(default_factory=dict)
    out_of_distribution: dict[str, WarnedShare] = field(default_factory=dict, metadata=keys("oddities"))
    inverted_named: WarnedShare = WarnedShare()


@dataclass(frozen=True)
class Training:
    """A finished training; ``recipe`` holds the settings by the names that they had then."""

    recipe: dict[str, Any]
    seconds: float
    curve: list[dict[str, Any]]
    backend: str
    versions: dict[str, str]
    data_sha256: dict[str, str]
    images: dict[str, int]


@dataclass(frozen=True)
class SplitSize:
    """Numbers of radiographs and patients, and of radiographs by kind."""

    images: int
    patients: int
    normal: int
    bacteria: int
    virus: int


@dataclass(frozen=True)
class Data:
    """What the network was trained on and scored with; ``lung_masks``, whose lung fields it learnt from."""

    source: str
    population: str
    splits: dict[str, SplitSize]
    lung_masks: str = ""


@dataclass(frozen=True)
class CalibrationMetrics:
    """How far probabilities can be trusted: Brier score, expected error, and the logistic recalibration."""

    brier: float
    expected_error: float
    intercept: float
    slope: float


@dataclass(frozen=True)
class SplitMetrics:
    """Every figure of a split at the default threshold; ``f1`` has a ``value`` alone, without an interval."""

    images: int
    patients: int
    tp: int
    fp: int
    fn: int
    tn: int
    auc: Estimate[float]
    recall: Estimate[float]
    type_i_error: Estimate[float]
    specificity: Estimate[float]
    precision: Estimate[float]
    accuracy: Estimate[float]
    f1: dict[str, float]
    recall_bacteria: Estimate[float]
    recall_virus: Estimate[float]
    calibration: CalibrationMetrics


@dataclass(frozen=True)
class Shortcuts:
    """Mean absolute moves of the probability under harmless changes.

    ``mean_move`` is over all changes by network version; ``changes`` are this version's figures one by one.
    """

    mean_move: dict[str, float]
    changes: dict[str, dict[str, float]]


@dataclass(frozen=True)
class Likeness:
    """Mean over the shufflings with its 95 % interval, and the least and the most of a single one."""

    value: float
    low: float
    high: float
    least: float
    most: float


@dataclass(frozen=True)
class RandomisationStage:
    """How like the maps are to the trained network's once the layers down to ``shuffled`` are.

    Rank correlation, the same with the map of another radiograph, and structural similarity.
    """

    shuffled: str
    spearman: Likeness
    elsewhere: Likeness
    ssim: Likeness


@dataclass(frozen=True)
class Randomisation:
    """The randomisation test of the heat map (Adebayo et al. 2018, sec. 3.1)."""

    radiographs: int
    draws: int
    largest: float
    stages: list[RandomisationStage]
    passed: bool


@dataclass(frozen=True)
class Resolution:
    """Radiographs read as published and squeezed beforehand: how often and how far the readings differ."""

    radiographs: int
    same_decision: int
    median_difference: float
    largest_difference: float


@dataclass(frozen=True)
class LungFields:
    """How well the lung fields lie on those that people drew: Dice coefficients, 0 to 1, of validation patients.

    Their mean with its interval, and the value that a tenth of the ``radiographs`` lies below.
    """

    dice: Estimate[float]
    lowest_tenth: float
    radiographs: int


@dataclass(frozen=True)
class LungReading:
    """What a network does where lungs and body are taken apart (``training/checks/lung_reading.py``).

    Areas under the ROC curve are for the label of the lungs. ``body_moved``, ``lungs_moved``: lungs of one label in
    a body of the other. ``lungs_grey``, ``outline``, ``outline_dark``: nothing of the disease is left, so 0.5 is
    best. ``inside``: mean share of the evidence within the lungs; ``peak_inside``: how often its peak is.
    ``deletion``: the share of pneumonias where blurring the hottest tenth takes more log-odds than blurring a
    random tenth of the lungs does on average; ``fall_hottest`` and ``fall_random`` are how much.
    """

    radiographs: int
    plain: Estimate[float]
    body_moved: Estimate[float]
    lungs_moved: Estimate[float]
    lungs_grey: Estimate[float]
    outline: Estimate[float]
    outline_dark: Estimate[float]
    only_lungs: Estimate[float]
    inside: Estimate[float]
    peak_inside: Estimate[float]
    deletion: Estimate[float]
    fall_hottest: Estimate[float]
    fall_random: Estimate[float]
