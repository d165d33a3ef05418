"""A plan holds enough pneumonias, and more children where pneumonia is rarer."""

import pytest

from dashboard.thresholds.site_study.plan import study_plan
from model.metrics.sample_size import reach


def test_a_plan_reaches_its_margin() -> None:
    plan = study_plan(0.95, 0.02, 0.3, 0.9)
    assert reach(0.95, plan.pneumonias) <= 0.02 < reach(0.95, plan.pneumonias - 1)
    assert plan.children > plan.pneumonias / 0.3, "chance may bring fewer pneumonias than the mean"
    assert plan.normals == pytest.approx(0.7 * plan.children, abs=0.51)
    assert plan.specificity_margin == reach(0.9, plan.normals)


def test_rarer_pneumonia_takes_more_children_and_a_wider_margin_fewer() -> None:
    plan = study_plan(0.95, 0.02, 0.3, 0.9)
    assert study_plan(0.95, 0.02, 0.05, 0.9).children > plan.children
    assert study_plan(0.95, 0.05, 0.3, 0.9).pneumonias < plan.pneumonias


def test_where_nearly_all_have_pneumonia_a_normal_is_left() -> None:
    assert study_plan(0.5, 0.2, 0.99, 0.9).normals >= 1
