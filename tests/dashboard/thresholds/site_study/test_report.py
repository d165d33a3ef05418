import io
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from pypdf import PdfReader

from dashboard.shared.resources import load_card
from dashboard.thresholds.site_study.operating_rows import operating_rows
from dashboard.thresholds.site_study.report import study_report
from dashboard.thresholds.site_study.subgroups import subgroups
from model.metrics.operating_points import operating_points
from tests.dashboard.thresholds.examples import CHOICE, EVALUATION_SET, LABELS, SCORES

TIME = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
GROUPS = subgroups(np.resize([0.5, 3, 12, 40, np.nan], len(LABELS)), np.resize(["female", "male", ""], len(LABELS)))


def _pages(groups: dict[str, np.ndarray], price: float | None = None) -> list[str]:
    study = replace(EVALUATION_SET, subgroups=groups)
    reader = PdfReader(io.BytesIO(study_report(study, CHOICE, load_card(), TIME, price)))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def test_the_fullest_report_fits_a_page_and_says_what_the_threshold_costs() -> None:
    (text,) = _pages(GROUPS)
    called = CHOICE.threshold <= SCORES
    missed, alarms = np.sum(~called[LABELS == 1]), np.sum(called[LABELS == 0])
    assert "Proposed: alarm from 40.0 %" in text
    assert f"and misses {missed}; {alarms} false alarms" in text
    for title in GROUPS:
        assert title in text
    assert "Not a medical device." in text


def test_with_a_price_costs_are_counted_in_money_too() -> None:
    (text,) = _pages(GROUPS, price=1250.0)
    assert "in brackets in money, a false alarm at 1,250" in text
    rows = operating_rows(operating_points(LABELS, SCORES), CHOICE.threshold, CHOICE.prevalence, CHOICE.weight)
    for row in rows:
        assert f"cost {100 * row.cost:.1f} ({100 * row.cost * 1250:,.0f})." in text
    assert "in money" not in _pages(GROUPS)[0]


def test_a_set_without_ages_and_sexes_says_so() -> None:
    (text,) = _pages({})
    assert "names no ages and no sexes" in text


def test_the_same_arguments_give_the_same_bytes() -> None:
    one, other = (study_report(EVALUATION_SET, CHOICE, load_card(), TIME) for _ in range(2))
    assert one == other
