import io
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from pypdf import PdfReader

from dashboard.shared.resources import load_card
from dashboard.thresholds.site_study.report import study_report
from dashboard.thresholds.site_study.subgroups import subgroups
from tests.dashboard.thresholds.examples import CHOICE, EVALUATION_SET, LABELS, SCORES

TIME = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
GROUPS = subgroups(np.resize([0.5, 3, 12, 40, np.nan], len(LABELS)), np.resize(["female", "male", ""], len(LABELS)))


def _pages(groups: dict[str, np.ndarray]) -> list[str]:
    study = replace(EVALUATION_SET, subgroups=groups)
    reader = PdfReader(io.BytesIO(study_report(study, CHOICE, load_card(), TIME)))
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


def test_a_set_without_ages_and_sexes_says_so() -> None:
    (text,) = _pages({})
    assert "names no ages and no sexes" in text


def test_the_same_arguments_give_the_same_bytes() -> None:
    one, other = (study_report(EVALUATION_SET, CHOICE, load_card(), TIME) for _ in range(2))
    assert one == other
