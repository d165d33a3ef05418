"""Subgroups by age and sex hold every child once, and their counts add up."""

import numpy as np

from dashboard.thresholds.site_study.subgroups import subgroup_figures, subgroups

LABELS = np.array([1, 1, 0, 0, 1, 0])
SCORES = np.array([0.9, 0.2, 0.1, 0.8, 0.7, 0.3])
AGES = np.array([0.5, 1, 4.99, 5, 40, np.nan])
SEXES = np.array(["female", "male", "", "male", "female", "female"])


def test_ages_fall_into_their_groups() -> None:
    found = subgroups(AGES, None)
    assert {title: members.nonzero()[0].tolist() for title, members in found.items()} == {
        "Under 1 year": [0],
        "1 to 4 years": [1, 2],
        "5 to 17 years": [3],
        "18 years and over": [4],
        "Age not given": [5],
    }


def test_a_group_without_children_is_left_out() -> None:
    assert list(subgroups(None, np.array(["female"]))) == ["Girls"]
    assert subgroups(None, None) == {}


def test_counts_of_the_sexes_add_up() -> None:
    figures = subgroup_figures(LABELS, SCORES, 0.5, subgroups(None, SEXES))
    girls, boys, unknown = figures
    assert (girls.title, girls.positives, girls.negatives, girls.missed, girls.alarms) == ("Girls", 2, 1, 0, 0)
    assert (boys.missed, boys.alarms, boys.recall.value, boys.specificity.value) == (1, 1, 0, 0)
    assert unknown.positives == 0 and np.isnan(unknown.recall.value)
    assert sum(one.positives + one.negatives for one in figures) == len(LABELS)
