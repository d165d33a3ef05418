"""A made-up evaluation set and a choice on it."""

import numpy as np

from dashboard.thresholds.choice import OperatingChoice
from dashboard.thresholds.evaluation_set import EvaluationSet
from model.network.policy import Policy

GENERATOR = np.random.default_rng(6)
LABELS = np.repeat([0, 1], [80, 120])
SCORES = np.concatenate([GENERATOR.beta(1, 3, 80), GENERATOR.beta(4, 1, 120)]).round(4)
EVALUATION_SET = EvaluationSet(
    name="test/made_up",
    images="made-up images",
    network="a made-up network",
    labels=LABELS,
    scores=SCORES,
    prevalence=0.6,
    policies=[Policy("Default", "made up", "nothing", 0.4, 0.4), Policy("Band", "a band", "air", 0.2, 0.7)],
    provenance="Made up from two beta distributions.",
)
CHOICE = OperatingChoice(0.4, 0.2, 0.7, 0.95, 0.1)
