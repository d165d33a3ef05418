"""Thresholds: what the hospital's choice costs, in missed pneumonias and in false alarms."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from dashboard.shared import session
from dashboard.shared.formatting import format_probability
from dashboard.shared.markup import render
from dashboard.shared.observability.activity import recorded
from dashboard.shared.policy import policy_in_force, threshold_in_force
from dashboard.shared.resources import calibration_prevalence, load_card
from dashboard.thresholds import error_pictures
from dashboard.thresholds.choice import HOSPITAL, OperatingChoice, number_between, valid_settings
from dashboard.thresholds.committee_pdf import committee_pdf
from dashboard.thresholds.evaluation_set import SHIPPED, EvaluationSet, measured_auc, shipped_set, step_set
from dashboard.thresholds.explorer import threshold_explorer
from dashboard.thresholds.explorer.errors import hardest
from dashboard.thresholds.explorer.paired_comparison import paired_table
from dashboard.thresholds.explorer.table import DrawnBand, Table, drawn_bands, explorer_table
from dashboard.thresholds.operating_points_csv import operating_points_csv
from dashboard.thresholds.selection import NO_NETWORK, Selection, networks, selection_ui
from dashboard.thresholds.site_study.panel import draw_plan, draw_results
from model.metrics.bootstrap import RESAMPLES

READING = "reading"
"""Of the address: the probability of the reading that the reader came from."""
MOST_PICTURES = 24
"""Of each kind of error."""

DEFINITIONS = """
- **Threshold**: the probability of pneumonia from which on a radiograph raises an alarm. Lower, fewer pneumonias
  are missed and more alarms are false; higher, the other way round.
- **Found** (TP, true positive): a child with pneumonia, and an alarm.
- **Missed** (FN, false negative): a child with pneumonia, and no alarm: the error that harms.
- **False alarm** (FP, false positive): a normal child, and an alarm. Somebody looks again.
- **No alarm, rightly** (TN, true negative): a normal child, and no alarm.
- **H0**, the null hypothesis: *the child has pneumonia*. Without an alarm it is rejected; a missed pneumonia is an
  H0 that was rejected although it is true.
- **95 % interval** (Wilson): the figure was measured on a limited number of images. Of intervals made in this way
  about 95 in 100 hold the figure that all such images together would give.
- **Log-odds scale**: from 90 to 99 % is as far as from 99 to 99.9 %, so that there is room where the scores are.
"""


def main() -> None:
    """Draw the page."""
    adopt_hospital()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="head"):
        st.title("Thresholds", width="content")
        with st.container(width="content"):
            selection, evaluation = selection_ui()
    draw_introduction(evaluation)
    if evaluation is None:
        draw_plan_here(expanded=True)
        return
    explorer_ui(selection, evaluation)
    update_address(selection, evaluation)
    if selection.images == "own":
        draw_results(evaluation, choice(evaluation))
    draw_plan_here(expanded=False)
    draw_pictures(evaluation)
    draw_sharing(selection, evaluation)
    draw_definitions()


def draw_introduction(evaluation: EvaluationSet | None) -> None:
    if evaluation is None:
        st.markdown("Bring scores of **your own images**: open the window above and choose a file.")
        return
    unseen = {"test": " that the model had never seen", "validation": " held out of training"}
    st.markdown(
        f"From the threshold on, a radiograph raises an alarm. **Drag the threshold** and see what it would have "
        f"missed among {len(evaluation.labels):,} {evaluation.images}"
        f"{unseen.get(evaluation.name.split('/')[0], '')}."
    )


def explorer_ui(selection: Selection, evaluation: EvaluationSet) -> None:
    """Draw the slider with all that follows it, and keep what the reader settles on."""
    table = load_explorer_table(evaluation.digest, evaluation.default, evaluation)
    threshold_explorer(
        table,
        start=asdict(choice(evaluation)),
        about=explorer_context(selection, evaluation, table),
        on_settle=lambda values: store_choice(evaluation, values),
        on_compare=lambda name: session.selection.set(selection.compared_with(name)),
        key="threshold_explorer",
    )


def choice(evaluation: EvaluationSet) -> OperatingChoice:
    """Return where the handles stand: as they were left, else as an address of this set says, else at the policies.

    The hospital's settings are the same for every set. The shipped network's handles follow a policy chosen on
    another page since.
    """
    found = session.choices.get().get(evaluation.name)
    if found is None:
        low, high = evaluation.band
        found = OperatingChoice(evaluation.default, low, high, load_card().target_recall, evaluation.prevalence)
        if set_in_address() == evaluation.name:
            found = found.updated_from(st.query_params)
    found = found.updated_from(hospital())
    if evaluation.of_shipped and session.threshold.get() not in (None, found.threshold):
        return found.updated_from(chosen_elsewhere())
    return found


def set_in_address() -> str:
    """Return the name of the evaluation set whose handles the address holds."""
    selection = Selection().updated_from(st.query_params)
    if selection.images == "own":
        return f"own/{st.query_params.get('own', '')}"
    return f"{selection.images}/{selection.network}"


def adopt_hospital() -> None:
    """Take the hospital's settings from the address with which the session begins."""
    if session.hospital.get() is not None:
        return
    found = {name: value for name, value in valid_settings(st.query_params).items() if name in HOSPITAL}
    if (prevalence := found.pop("prevalence", None)) and session.prevalence_percent.get() is None:
        set_prevalence(prevalence)
    session.hospital.set(found)


def hospital() -> dict[str, float]:
    """Return the hospital's settings as far as they were set; its prevalence is that of every page."""
    percents = session.prevalence_percent.get()
    return (session.hospital.get() or {}) | ({} if percents is None else {"prevalence": percents / 100})


def set_prevalence(prevalence: float) -> None:
    """Set the hospital's prevalence, 0 to 1, for every page."""
    session.prevalence_percent.set(round(100 * prevalence, 3))


def chosen_elsewhere() -> dict[str, float]:
    """Return the thresholds in force on every page: one, or the two of a referral band."""
    policy, chosen = policy_in_force(), {"threshold": threshold_in_force()}
    return chosen if policy.lower is None else chosen | {"low": policy.low, "high": policy.high}


def store_choice(evaluation: EvaluationSet, values: Mapping[str, Any]) -> None:
    """Keep the choice for this set, the hospital's settings, and the shipped network's threshold for every page."""
    before = choice(evaluation)
    kept = before.updated_from(values)
    session.choices.get()[evaluation.name] = kept
    settings = kept.hospital()
    if settings.pop("prevalence") != before.prevalence:
        set_prevalence(kept.prevalence)
    session.hospital.set(settings)
    if evaluation.of_shipped:
        session.threshold.set(kept.threshold)


def update_address(selection: Selection, evaluation: EvaluationSet) -> None:
    """Write the settings into the address; that of an untouched page stays as it came, for the browser's back.

    A page that is entered with a reading alone is untouched too: every address that is written is a step back.
    """
    touched = evaluation.name in session.choices.get() or selection.address() or set(st.query_params) - {READING}
    parameters = address(selection, evaluation)
    if touched and st.query_params.to_dict() != parameters:
        st.query_params.from_dict(parameters)


def address(selection: Selection, evaluation: EvaluationSet) -> dict[str, str]:
    """Return the parameters of the page's address; a prevalence that nobody has set is left out."""
    parameters = selection.address() | choice(evaluation).address()
    if session.prevalence_percent.get() is None:
        del parameters["prevalence"]
    if selection.images == "own":
        parameters["own"] = evaluation.name.removeprefix("own/")
    if (probability := reading_in_address()) is not None:
        parameters[READING] = f"{probability:.7f}"
    return parameters


def reading_in_address() -> float | None:
    """Return the probability of the reading that the reader came from, 0 to 1, where the address holds one."""
    return number_between(st.query_params.get(READING), 0, 1)


def explorer_context(selection: Selection, evaluation: EvaluationSet, table: Table) -> dict[str, Any]:
    """Return what the explorer's sections need beside the table."""
    return {
        "name": evaluation.name,
        "default": evaluation.default,
        "provenance": evaluation.provenance,
        "policies": [asdict(policy) | {"title": policy.title} for policy in evaluation.policies],
        "prevalence": evaluation.prevalence,
        "reading": reading_in_address() if evaluation.of_shipped else None,
        "bands": load_bands(evaluation.digest, evaluation),
        "bootstraps": RESAMPLES,
        "hardest": hardest(evaluation.labels, evaluation.scores, evaluation.files, evaluation.kinds)
        if evaluation.files and evaluation.kinds
        else None,
        "others": [[name, title] for name, title in selection.others().items()],
        "beside": selection.beside,
        "paired": load_paired(evaluation.digest, selection, evaluation, table["thresholds"])
        if selection.beside != NO_NETWORK
        else None,
    }


def draw_plan_here(expanded: bool) -> None:
    """Draw the plan of a study with the hospital's settings; its specificity is expected as on test."""
    test, here = shipped_set("test"), hospital()
    draw_plan(
        recall=here.get("target", load_card().target_recall),
        prevalence=here.get("prevalence", calibration_prevalence()),
        specificity=float(np.mean(test.scores[test.labels == 0] < test.default)),
        expanded=expanded,
    )


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
    return paired_table(
        _evaluation.labels,
        _evaluation.scores,
        other.scores,
        _thresholds,
        other.default,
        networks()[selection.beside],
        (measured_auc(selection.network, selection.images), measured_auc(selection.beside, selection.images)),
    )


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
        {
            "source": source,
            "name": evaluation.files[row].rsplit("/", 1)[-1],
            "chance": format_probability(evaluation.scores[row], 2),
        }
        for row in rows[:MOST_PICTURES]
        if (source := error_pictures.thumbnail(evaluation.files[row]))
    ]
    number = f", the gravest {MOST_PICTURES} of {len(rows)}" if len(rows) > MOST_PICTURES else f": {len(rows)}"
    st.html(render("thresholds/error_pictures.html", title=title, number=number, pictures=pictures))


def draw_sharing(selection: Selection, evaluation: EvaluationSet) -> None:
    """Draw the downloads: a page for a committee, and the whole table; the address is the third."""
    st.subheader("Share")
    chosen, card = choice(evaluation), load_card()
    st.markdown(
        "The address of this page holds every setting: whoever opens it sees what you see."
        + (" Your own images do not travel with it." if selection.images == "own" else "")
    )
    stem = f"lungfield-{evaluation.name.replace('/', '-')}"
    with st.container(horizontal=True):
        st.download_button(
            "Page for a committee (PDF)",
            recorded(
                "page for a committee (PDF)",
                lambda: committee_pdf(
                    evaluation,
                    chosen,
                    card,
                    urlencode(address(selection, evaluation)),
                    datetime.now(UTC).replace(microsecond=0),
                ),
            ),
            file_name=f"{stem}-operating-point.pdf",
            mime="application/pdf",
            on_click="ignore",
            icon=":material/picture_as_pdf:",
            key="committee",
        )
        st.download_button(
            "All operating points (CSV)",
            recorded("operating points (CSV)", lambda: operating_points_csv(evaluation)),
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
