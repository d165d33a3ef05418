"""Paired differences at every threshold are those of the decisions themselves; the hardest images are in order."""

import numpy as np
import pytest

from dashboard.thresholds.explorer.errors import MOST, hardest
from dashboard.thresholds.explorer.paired_comparison import paired_table
from model.metrics.estimate import Estimate
from model.metrics.paired_tests import delong, mcnemar

GENERATOR = np.random.default_rng(1)
LABELS = np.repeat([0, 1], [50, 70])
OWN = (0.6 * GENERATOR.random(120) + 0.4 * LABELS).round(2)
OTHER = (0.7 * GENERATOR.random(120) + 0.3 * LABELS).round(2)


def test_differences_are_a_recount_at_every_threshold() -> None:
    thresholds = np.unique(OWN).tolist()
    table = paired_table(LABELS, OWN, OTHER, thresholds, 0.5, "other")
    right_there = (OTHER >= 0.5) == LABELS
    for row, threshold in enumerate([*thresholds, np.inf]):
        right_here = (threshold <= OWN) == LABELS
        assert table["only_own"][row] == np.sum(right_here & ~right_there)
        assert table["only_other"][row] == np.sum(~right_here & right_there)
        for name, chosen in (("accuracy", LABELS >= 0), ("recall", LABELS == 1), ("specificity", LABELS == 0)):
            found = table["differences"][name]
            gained = right_here[chosen].mean() - right_there[chosen].mean()
            assert found["value"][row] == pytest.approx(1000 * gained, abs=0.51)
            assert found["low"][row] <= found["high"][row]
            only_here = np.sum(right_here & ~right_there & chosen)
            only_there = np.sum(right_there & ~right_here & chosen)
            assert found["p"][row] == pytest.approx(1e6 * mcnemar(only_there, only_here), abs=1)


def test_areas_are_delongs() -> None:
    table, expected = paired_table(LABELS, OWN, OTHER, [0.5], 0.5, "other"), delong(LABELS, OTHER, OWN)
    assert float(table["auc_difference"].replace("\N{MINUS SIGN}", "-")) == pytest.approx(
        expected.difference.value, abs=0.0006
    )


def test_areas_measured_on_more_digits_are_shown_and_their_difference() -> None:
    areas = Estimate(0.9904, 0.98, 0.995), Estimate(0.9052, 0.88, 0.93)
    table = paired_table(LABELS, OWN, OTHER, [0.5], 0.5, "other", areas)
    assert (table["own_auc"][:5], table["auc"][:5], table["auc_difference"]) == ("0.990", "0.905", "+0.085")


def test_the_threshold_of_the_other_network_is_in_per_cent() -> None:
    assert paired_table(LABELS, OWN, OTHER, [0.5], 0.9781, "other")["threshold"] == "97.8 %"


def test_the_gravest_errors_come_first() -> None:
    found = hardest(LABELS, OWN, [f"a/b/{row}.jpeg" for row in range(120)], ["kind"] * 120)
    pneumonia, normal = ([score for *_, score in found[name]] for name in ("pneumonia", "normal"))
    assert pneumonia == sorted(OWN[LABELS == 1]) and normal == sorted(OWN[LABELS == 0], reverse=True)
    assert found["normal"][0][0].endswith(".jpeg") and "/" not in found["normal"][0][0]


def test_no_more_are_listed_than_travel_lightly() -> None:
    many = np.tile(LABELS, 20)
    found = hardest(many, np.tile(OWN, 20), ["x"] * len(many), ["k"] * len(many))
    assert len(found["pneumonia"]) == len(found["normal"]) == MOST
