"""The evaluation set: labelled scores that a threshold is judged on, and the policies fixed before."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from dashboard.shared.resources import (
    calibration_prevalence,
    load_card,
    load_ladder,
    load_ladder_scores,
    load_scores,
)
from model.metrics.estimate import Estimate
from model.network.policy import Policy, card_policies, distinct_policies, fitted_policies

SHIPPED = "shipped"


@dataclass(frozen=True)
class EvaluationSet:
    """n images under one network.

    ``name`` tells it from others; ``images`` says what the images are, such as ``test images``, and ``network``
    what gave the scores. ``labels`` are 0 normal or 1 pneumonia, ``scores`` probabilities, both of shape (n,);
    ``kinds`` and ``files`` name each image's kind and file where they are known. ``prevalence`` is the one
    that the scores are probabilities at. ``policies`` begin with the default's. ``subgroups`` hold the members
    of each by its title, boolean arrays of that shape.
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
    subgroups: dict[str, np.ndarray] = field(default_factory=dict, repr=False)
    files: list[str] | None = field(default=None, repr=False)

    @property
    def default(self) -> float:
        """Return the threshold of the first policy."""
        return self.policies[0].high

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of labels and scores, which identifies the set."""
        return hashlib.sha256(self.labels.tobytes() + self.scores.tobytes()).hexdigest()

    @property
    def fixed(self) -> list[float]:
        """Return every threshold of a policy, both of the referral band among them."""
        return [threshold for policy in self.policies for threshold in policy.thresholds]

    @property
    def of_shipped(self) -> bool:
        """Say whether the scores are the shipped network's, whose threshold holds on every page."""
        return self.name.endswith(f"/{SHIPPED}")

    @property
    def band(self) -> tuple[float, float]:
        """Return the two thresholds of the referral band, or the default twice where there is none."""
        bands = ((policy.low, policy.high) for policy in self.policies if policy.lower is not None)
        return next(bands, (self.default, self.default))


def shipped_set(split: str) -> EvaluationSet:
    """Return the shipped network's scores of ``test`` or ``validation``."""
    scores, validation = load_scores(split), load_scores("validation")
    return EvaluationSet(
        name=f"{split}/{SHIPPED}",
        images=f"{split} images",
        network="the shipped network",
        labels=scores.labels,
        scores=scores.probabilities,
        prevalence=calibration_prevalence(),
        policies=distinct_policies(card_policies(load_card()).values()),
        provenance=provenance(validation.labels, split),
        kinds=scores.subtypes,
        files=scores.images,
    )


def step_set(name: str, split: str) -> EvaluationSet:
    """Return a step's scores of ``test`` or ``validation``, with policies fitted on its validation scores."""
    (labels, by_name), (held_out, held_out_scores) = load_ladder_scores(split), load_ladder_scores("validation")
    about = next(row["about"] for row in load_ladder() if row["name"] == name)
    same = load_scores(split)
    return EvaluationSet(
        name=f"{split}/{name}",
        images=f"{split} images",
        network=f"step “{about}” of the page Compare",
        labels=labels,
        scores=by_name[name],
        prevalence=float(held_out.mean()),
        policies=distinct_policies(
            fitted_policies(held_out, held_out_scores[name], load_card().target_recall, "validation")
        ),
        provenance=provenance(held_out, split),
        kinds=same.subtypes if len(same) == len(labels) else None,
        files=same.images if len(same) == len(labels) else None,
    )


def measured_auc(name: str, split: str) -> Estimate[float]:
    """Return a step's area under the ROC curve as it was measured, on scores of more digits than are kept."""
    row = next(row for row in load_ladder() if row["name"] == name)
    return Estimate(*(float(row[f"{split}_auc{end}"]) for end in ("", "_low", "_high")))


def provenance(validation: np.ndarray, split: str) -> str:
    """Say where the default comes from, and what a threshold picked on these images is worth."""
    target = 100 * load_card().target_recall
    moving = (
        "A threshold picked here, on the test images, has yet to be validated on others."
        if split == "test"
        else "You see the validation images themselves: the policies were fixed on them and look better here than "
        "they are."
    )
    return (
        f"The default is the highest threshold that finds a new pneumonia with a probability of at least "
        f"{target:g} %, by {len(validation)} validation images held out of training, {int(validation.sum())} of "
        f"them with pneumonia. {moving}"
    )
