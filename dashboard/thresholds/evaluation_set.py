"""Labels and scores that a threshold is judged on, with the policies that were fixed before."""

import hashlib
import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from dashboard.shared.resources import load_card, load_ladder, load_ladder_scores, load_scores
from model.metrics.operating_points import conformal_threshold, most_accurate, operating_points, youden

SHIPPED = "shipped"
NAMES = {
    "default": "Default",
    "most_accurate": "Most accurate",
    "youden": "Youden's",
    "band": "Two thresholds",
}
"""The policies in the order of their buttons."""


@dataclass(frozen=True)
class Policy:
    """A threshold, or a human's band from ``low`` to ``high``, and how it was fixed: by ``rule``, on ``origin``."""

    name: str
    rule: str
    origin: str
    threshold: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Evidence:
    """n images under one network.

    ``name`` tells it from others; ``images`` says what the images are, such as ``test images``, and ``network``
    what gave the scores. ``labels`` are 0 normal or 1 pneumonia, ``scores`` probabilities, both of shape (n,);
    ``kinds`` and ``files`` name each image's kind and file where they are known. ``prevalence`` is that of the
    images that made the scores probabilities. ``policies`` begin with the default's.
    """

    name: str
    images: str
    network: str
    labels: np.ndarray
    scores: np.ndarray
    prevalence: float
    policies: list[Policy]
    provenance: str
    kinds: list[str] | None = None
    files: list[str] | None = field(default=None, repr=False)

    @property
    def default(self) -> float:
        """The threshold of the first policy."""
        threshold = self.policies[0].threshold
        assert threshold is not None
        return threshold

    @cached_property
    def fingerprint(self) -> str:
        """Tells these labels and scores from all others."""
        return hashlib.sha256(self.labels.tobytes() + self.scores.tobytes()).hexdigest()

    @property
    def fixed(self) -> list[float]:
        """Every threshold of a policy, those of the band among them."""
        ends = (end for policy in self.policies for end in (policy.threshold, policy.low, policy.high))
        return [end for end in ends if end is not None]

    @property
    def of_shipped(self) -> bool:
        """Whether the scores are the shipped network's, whose threshold holds on every page."""
        return self.name.endswith(f"/{SHIPPED}")

    @property
    def band(self) -> tuple[float, float]:
        """The policy of two thresholds, else the default from both sides."""
        for policy in self.policies:
            if policy.low is not None and policy.high is not None:
                return policy.low, policy.high
        return self.default, self.default


def shipped(split: str) -> Evidence:
    """The shipped network on ``test`` or ``validation``."""
    scores, validation = load_scores(split), load_scores("validation")
    return Evidence(
        name=f"{split}/{SHIPPED}",
        images=f"{split} images",
        network="the shipped network",
        labels=scores.labels,
        scores=scores.probabilities,
        prevalence=float(validation.labels.mean()),
        policies=card_policies(),
        provenance=provenance(validation.labels, split),
        kinds=scores.subtypes,
        files=scores.images,
    )


def step(name: str, split: str) -> Evidence:
    """A network of the ladder on ``test`` or ``validation``; its policies are fixed on its validation scores."""
    (labels, by_name), (held_out, held_out_scores) = load_ladder_scores(split), load_ladder_scores("validation")
    about = next(row["about"] for row in load_ladder() if row["name"] == name)
    same = load_scores(split)
    return Evidence(
        name=f"{split}/{name}",
        images=f"{split} images",
        network=f"step “{about}” of the ladder",
        labels=labels,
        scores=by_name[name],
        prevalence=float(held_out.mean()),
        policies=fitted_policies(held_out, held_out_scores[name], load_card().target_recall, "validation"),
        provenance=provenance(held_out, split),
        kinds=same.subtypes if len(same) == len(labels) else None,
        files=same.images if len(same) == len(labels) else None,
    )


def card_policies() -> list[Policy]:
    """Those that the shipped network's card holds."""
    points = load_card().data["operating_points"]
    return [
        Policy(
            NAMES[name],
            points[name].get("rule", "finds the required share of pneumonias"),
            points[name].get("split", "validation"),
            *(points[name].get(end) for end in ("threshold", "low", "high")),
        )
        for name in NAMES
        if name in points
    ]


def fitted_policies(labels: np.ndarray, scores: np.ndarray, target: float, origin: str) -> list[Policy]:
    """The policies of one threshold, fixed on these labels and scores.

    Where there are too few pneumonias to promise a recall of ``target``, the default calls everybody ill.
    """
    points = operating_points(labels, scores)
    promised = max(conformal_threshold(scores[labels == 1], target), 0.0)
    return [
        Policy(
            NAMES["default"],
            "largest threshold that finds a new pneumonia with at least the target probability "
            "(split-conformal quantile)",
            origin,
            promised,
        ),
        Policy(NAMES["most_accurate"], "largest share of right answers", origin, _reachable(most_accurate(points))),
        Policy(NAMES["youden"], "largest recall + specificity - 1", origin, _reachable(youden(points))),
    ]


def provenance(validation: np.ndarray, split: str) -> str:
    """Where the default comes from, and what moving it is worth."""
    target = 100 * load_card().target_recall
    moving = (
        "Moving it here, on the test images, is exploring: a threshold picked by these figures has yet to be "
        "validated on others."
        if split == "test"
        else "These are the validation images themselves: the policies were fixed on them, and they flatter."
    )
    return (
        f"The default is the highest threshold that, by {len(validation)} validation images held out of training, "
        f"{int(validation.sum())} of them with pneumonia, finds a new pneumonia with a probability of at least "
        f"{target:g} %. {moving}"
    )


def _reachable(threshold: float) -> float:
    """Infinity, at which nobody is called ill, is the slider's upper end."""
    return threshold if math.isfinite(threshold) else 1.0
