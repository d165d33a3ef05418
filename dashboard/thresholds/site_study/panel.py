"""The calibration study for the own site: its plan before, and its results after the radiographs are collected."""

from datetime import UTC, datetime

import numpy as np
import streamlit as st

from dashboard.shared.elements.wide_table import draw_wide_table
from dashboard.shared.formatting import format_percent_estimate, format_threshold
from dashboard.shared.markup import render_markdown
from dashboard.shared.observability.activity import recorded
from dashboard.shared.resources import load_card
from dashboard.thresholds.choice import OperatingChoice
from dashboard.thresholds.evaluation_set import EvaluationSet
from dashboard.thresholds.site_study.plan import study_plan
from dashboard.thresholds.site_study.report import study_report
from dashboard.thresholds.site_study.subgroups import SubgroupFigures, subgroup_figures
from model.metrics.estimate import Estimate
from model.metrics.site import SiteCalibration, SiteThreshold, site_calibration, site_threshold

MARGIN = 2.0
"""Points of a hundred."""


def draw_plan(recall: float, prevalence: float, specificity: float, expanded: bool) -> None:
    """Draw how many radiographs a study takes, and which to collect; all shares are 0 to 1."""
    with st.expander("Plan a calibration study at your own site", expanded=expanded):
        margin = st.number_input(
            "The recall is to be known within this many points of a hundred, either way",
            0.5,
            20.0,
            MARGIN,
            0.5,
            format="%g",
            width=420,
            key="study_margin",
        )
        plan = study_plan(recall, margin / 100, prevalence, specificity)
        st.markdown(
            render_markdown(
                "thresholds/site_study/plan.md",
                plan=plan,
                margin=margin,
                recall=recall,
                prevalence=prevalence,
                specificity=specificity,
            )
        )


def draw_results(evaluation: EvaluationSet, choice: OperatingChoice) -> None:
    """Draw what an own set says of the site: a threshold, a calibration, subgroups, and a report on paper."""
    st.subheader("For your own site")
    draw_threshold(evaluation)
    if evaluation.subgroups:
        st.markdown(f"**Subgroups**, at your threshold of {format_threshold(choice.threshold)}:")
        figures = subgroup_figures(evaluation.labels, evaluation.scores, choice.threshold, evaluation.subgroups)
        draw_wide_table([subgroup_row(one) for one in figures], "Subgroups")
    card = load_card()
    price = st.number_input(
        "What a false alarm costs, in your currency, for the report",
        0.0,
        value=None,
        format="%g",
        placeholder="counted in false alarms alone",
        width=420,
        key="study_price",
    )
    st.download_button(
        "Report of the study (PDF)",
        recorded(
            "report of a study (PDF)",
            lambda: study_report(evaluation, choice, card, datetime.now(UTC).replace(microsecond=0), price),
        ),
        file_name="lungfield-calibration-study.pdf",
        mime="application/pdf",
        on_click="ignore",
        icon=":material/picture_as_pdf:",
        key="study_report",
    )


def subgroup_row(figures: SubgroupFigures) -> dict[str, str]:
    """Return a subgroup as the table shows it."""
    return {
        "Children": figures.title,
        "With pneumonia": f"{figures.positives:,}",
        "Missed": f"{figures.missed:,}",
        "Recall": format_percent_estimate(figures.recall),
        "Normal": f"{figures.negatives:,}",
        "False alarms": f"{figures.alarms:,}",
        "Specificity": format_percent_estimate(figures.specificity),
    }


def draw_threshold(evaluation: EvaluationSet) -> None:
    """Draw a threshold and a calibration for the own site, and how far so many images can be trusted."""
    positives, target = int(evaluation.labels.sum()), load_card().target_recall
    found, fitted = load_own_site(evaluation.digest, target, evaluation)
    if found is None:
        st.markdown(
            f"{positives} pneumonias are too few to promise a recall of {100 * target:g} %: "
            f"it takes at least {int(np.ceil(target / (1 - target) - 1e-9))}."
        )
    else:
        st.markdown(
            f"**A threshold of {format_threshold(found.threshold.value)}** finds a new pneumonia with a "
            f"probability of at least {100 * target:g} %. By {positives:,} pneumonias it lies between "
            f"{format_threshold(found.threshold.low)} and {format_threshold(found.threshold.high)}; on patients to "
            f"come it will find {format_percent_estimate(found.recall)}, as 95 in 100 samples of this size would."
        )
    st.markdown(
        f"**Calibration**: P(pneumonia) = 1 / (1 + exp(-(a · log-odds + b))) with slope a = "
        f"{_figure(fitted.slope)} and intercept b = {_figure(fitted.intercept)}. A slope of 1 and an intercept "
        f"of 0 say that the scores already mean what they say here."
    )


@st.cache_resource(max_entries=2, show_spinner="Fitting")
def load_own_site(
    digest: str, target: float, _evaluation: EvaluationSet
) -> tuple[SiteThreshold | None, SiteCalibration]:
    """Fit once an own set: a million rows take a second."""
    found = site_threshold(_evaluation.scores[_evaluation.labels == 1], target)
    return found, site_calibration(_evaluation.labels, _evaluation.scores)


def _figure(figure: Estimate[float]) -> str:
    return f"{figure.value:.3g} ({figure.low:.3g} to {figure.high:.3g})"
