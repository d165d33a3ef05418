"""Thresholds: what the hospital's choice costs, in missed pneumonias and in false alarms."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from dashboard.shared import session
from dashboard.shared.formatting import format_percent_estimate
from dashboard.shared.markup import render
from dashboard.shared.policy import policy_in_force, threshold_in_force
from dashboard.shared.resources import load_card
from dashboard.thresholds import error_pictures
from dashboard.thresholds.choice import OperatingChoice
from dashboard.thresholds.committee_pdf import committee_pdf
from dashboard.thresholds.evaluation_set import SHIPPED, EvaluationSet, shipped_set, step_set
from dashboard.thresholds.explorer import threshold_explorer
from dashboard.thresholds.explorer.errors import hardest
from dashboard.thresholds.explorer.paired_comparison import paired_table
from dashboard.thresholds.explorer.table import DrawnBand, Table, drawn_bands, explorer_table
from dashboard.thresholds.operating_points_csv import operating_points_csv
from dashboard.thresholds.selection import NO_NETWORK, Selection, networks, selection_ui
from model.metrics.bootstrap import RESAMPLES
from model.metrics.estimate import Estimate
from model.metrics.site import SiteCalibration, SiteThreshold, site_calibration, site_threshold

MOST_PICTURES = 24
"""Of each kind of error."""

DEFINITIONS = """
The hospital starts from the hypothesis H0: *the person has pneumonia*. The model's evaluation either
lets it stand, and an alarm is raised, or speaks against it.

- **Found** (TP, true positive): the person has pneumonia, the model says so.
- **Missed** (FN, false negative): the person has pneumonia, the model says normal. H0 is true and is
  given up: the error that harms.
- **False alarm** (FP, false positive): the person is normal, the model says pneumonia. Somebody looks again.
- **Rightly left alone** (TN, true negative): the person is normal, the model says so.
- **Threshold**: the probability from which on the model says pneumonia. Lower, it misses fewer and
  alarms more; higher, the other way round.
- **95 % interval** (Wilson): the figure is measured on a limited number of images. Of intervals made in
  this way about 95 in 100 hold the figure that all such images together would give.
"""


def main() -> None:
    """Draw the page."""
    st.title("Thresholds")
    introduction = st.container()
    selection, evaluation = selection_ui()
    with introduction:
        draw_introduction(evaluation)
    if evaluation is None:
        return
    explorer_ui(selection, evaluation)
    update_address(selection, evaluation)
    if selection.images == "own":
        draw_own_site(evaluation)
    draw_pictures(evaluation)
    draw_sharing(selection, evaluation)
    draw_definitions()


def draw_introduction(evaluation: EvaluationSet | None) -> None:
    if evaluation is None:
        st.markdown("Bring along scores of **images of your own**: open the window below and choose a file.")
        return
    unseen = {"test": " that the model had never seen", "validation": " held out of training"}
    st.markdown(
        f"The model gives every radiograph a probability of pneumonia; from the threshold on it raises an "
        f"alarm. **Slide the threshold** and see what it would have cost on {len(evaluation.labels):,} "
        f"{evaluation.images}{unseen.get(evaluation.name.split('/')[0], '')}."
    )


def explorer_ui(selection: Selection, evaluation: EvaluationSet) -> None:
    """Draw the slider with all that follows it, and keep what the reader settles on."""
    table = load_explorer_table(evaluation.digest, evaluation.default, evaluation)
    threshold_explorer(
        table,
        start=asdict(choice(evaluation)),
        about=explorer_context(selection, evaluation, table),
        on_settle=lambda values: store_choice(evaluation, values),
        key="threshold_explorer",
    )


def choice(evaluation: EvaluationSet) -> OperatingChoice:
    """Return where the handles stand: as they were left, else as the address says, else at the policies.

    The shipped network's handles follow a policy chosen on another page since.
    """
    low, high = evaluation.band
    left = session.choices.get().get(evaluation.name)
    if left is None:
        left = OperatingChoice(evaluation.default, low, high, load_card().target_recall).updated_from(
            st.query_params
        )
    if evaluation.of_shipped and session.threshold.get() not in (None, left.threshold):
        return left.updated_from(chosen_elsewhere())
    return left


def chosen_elsewhere() -> dict[str, float]:
    """Return the thresholds in force on every page: one, or the two of a referral band."""
    policy, chosen = policy_in_force(), {"threshold": threshold_in_force()}
    return chosen if policy.lower is None else chosen | {"low": policy.low, "high": policy.high}


def store_choice(evaluation: EvaluationSet, values: Mapping[str, Any]) -> None:
    """Keep the choice for this page, and the shipped network's threshold for every page."""
    kept = choice(evaluation).updated_from(values)
    session.choices.get()[evaluation.name] = kept
    if evaluation.of_shipped:
        session.threshold.set(kept.threshold)


def update_address(selection: Selection, evaluation: EvaluationSet) -> None:
    """Write the settings into the address; that of an untouched page stays bare."""
    touched = evaluation.name in session.choices.get() or selection.address()
    parameters = address(selection, choice(evaluation))
    if (touched or st.query_params) and st.query_params.to_dict() != parameters:
        st.query_params.from_dict(parameters)


def address(selection: Selection, chosen: OperatingChoice) -> dict[str, str]:
    """Return the parameters of the page's address."""
    return selection.address() | chosen.address()


def explorer_context(selection: Selection, evaluation: EvaluationSet, table: Table) -> dict[str, Any]:
    """Return what the explorer's sections need beside the table."""
    return {
        "name": evaluation.name,
        "default": evaluation.default,
        "provenance": evaluation.provenance,
        "policies": [asdict(policy) | {"title": policy.short_title} for policy in evaluation.policies],
        "prevalence": evaluation.prevalence,
        "bands": load_bands(evaluation.digest, evaluation),
        "bootstraps": RESAMPLES,
        "hardest": hardest(evaluation.labels, evaluation.scores, evaluation.files, evaluation.kinds)
        if evaluation.files and evaluation.kinds
        else None,
        "paired": load_paired(evaluation.digest, selection, evaluation, table["thresholds"])
        if selection.beside != NO_NETWORK
        else None,
    }


@st.cache_resource(max_entries=8, show_spinner=False)
def load_bands(digest: str, _evaluation: EvaluationSet) -> dict[str, DrawnBand]:
    """Compute the confidence bands once an evaluation set."""
    return drawn_bands(_evaluation.labels, _evaluation.scores)


@st.cache_resource(max_entries=8, show_spinner=False)
def load_explorer_table(digest: str, default: float, _evaluation: EvaluationSet) -> Table:
    """Count once an evaluation set."""
    return explorer_table(
        _evaluation.labels, _evaluation.scores, _evaluation.default, _evaluation.fixed, _evaluation.kinds
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def load_paired(
    digest: str, selection: Selection, _evaluation: EvaluationSet, _thresholds: list[float]
) -> dict[str, Any] | None:
    """Compare with the other network on the same images; own images have scores of one network alone."""
    if selection.images == "own":
        return None
    other = (
        shipped_set(selection.images)
        if selection.beside == SHIPPED
        else step_set(selection.beside, selection.images)
    )
    name = networks()[selection.beside]
    return paired_table(_evaluation.labels, _evaluation.scores, other.scores, _thresholds, other.default, name)


def draw_own_site(evaluation: EvaluationSet) -> None:
    """Draw a threshold and a calibration for the own site, and how far so many images can be trusted."""
    st.subheader("For your own site")
    positives, target = int(evaluation.labels.sum()), load_card().target_recall
    found, fitted = load_own_site(evaluation.digest, target, evaluation)
    if found is None:
        st.markdown(
            f"{positives} pneumonias are too few to promise a recall of {100 * target:g} %: "
            f"it takes at least {int(np.ceil(target / (1 - target) - 1e-9))}."
        )
    else:
        st.markdown(
            f"**Threshold {found.threshold.value:.4g}** finds a new pneumonia with a probability of at least "
            f"{100 * target:g} %. By {positives:,} pneumonias it is known to lie between "
            f"{found.threshold.low:.4g} and {found.threshold.high:.4g}; the recall that it will have on patients "
            f"to come, {format_percent_estimate(found.recall)}, is what 95 in 100 samples of this size would give."
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


def draw_pictures(evaluation: EvaluationSet) -> None:
    """Draw the radiographs of the errors, where the data set is on this machine."""
    if evaluation.files is None or not error_pictures.are_present(evaluation.files):
        return
    with st.expander("Look at the radiographs of these errors"):
        threshold = choice(evaluation).threshold
        positive, called = evaluation.labels == 1, evaluation.scores >= threshold
        order = np.argsort(evaluation.scores, kind="stable")
        _draw_row("Missed pneumonias", evaluation, [row for row in order if positive[row] and not called[row]])
        _draw_row("False alarms", evaluation, [row for row in order[::-1] if called[row] and not positive[row]])


def _draw_row(title: str, evaluation: EvaluationSet, rows: list[int]) -> None:
    assert evaluation.files is not None
    pictures = [
        {"source": source, "name": evaluation.files[row].rsplit("/", 1)[-1], "score": evaluation.scores[row]}
        for row in rows[:MOST_PICTURES]
        if (source := error_pictures.thumbnail(evaluation.files[row]))
    ]
    number = f", the gravest {MOST_PICTURES} of {len(rows)}" if len(rows) > MOST_PICTURES else f": {len(rows)}"
    st.html(render("thresholds/error_pictures.html", title=title, number=number, pictures=pictures))


def draw_sharing(selection: Selection, evaluation: EvaluationSet) -> None:
    """Draw the downloads: a page for a committee, and the whole table; the address is the third."""
    st.subheader("Pass it on")
    chosen, card = choice(evaluation), load_card()
    st.markdown(
        "The address of this page holds every handle: copy it from the browser and it opens as it stands."
        + (" Images of your own do not travel with it." if selection.images == "own" else "")
    )
    stem = f"lungfield-{evaluation.name.replace('/', '-')}"
    with st.container(horizontal=True):
        st.download_button(
            "One page for a committee",
            lambda: committee_pdf(
                evaluation,
                chosen,
                card,
                urlencode(address(selection, chosen)),
                datetime.now(UTC).replace(microsecond=0),
            ),
            file_name=f"{stem}-operating-point.pdf",
            mime="application/pdf",
            on_click="ignore",
            icon=":material/picture_as_pdf:",
            key="committee",
        )
        st.download_button(
            "Every operating point as CSV",
            lambda: operating_points_csv(evaluation),
            file_name=f"{stem}-operating-points.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/table:",
            key="operating_points",
        )


def draw_definitions() -> None:
    with st.expander("What do these words mean?"):
        st.markdown(DEFINITIONS)


if __name__ == "__main__":
    main()
