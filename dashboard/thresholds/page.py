"""Thresholds: what the hospital's choice costs, in missed pneumonias and in false alarms."""

import html
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from dashboard.shared import session
from dashboard.shared.policy import in_force
from dashboard.shared.resources import load_card, threshold
from dashboard.thresholds import error_pictures
from dashboard.thresholds import evaluation_set as evidences
from dashboard.thresholds.choice import Choice
from dashboard.thresholds.committee_pdf import committee_pdf, share_in_percent
from dashboard.thresholds.evaluation_set import SHIPPED, Evidence
from dashboard.thresholds.explorer import threshold_explorer
from dashboard.thresholds.explorer.errors import hardest
from dashboard.thresholds.explorer.rival import rival_table
from dashboard.thresholds.explorer.table import DrawnBand, Table, drawn_bands, explorer_table
from dashboard.thresholds.operating_points_csv import operating_points_csv
from dashboard.thresholds.selection import NOBODY, Selection, networks, selection_ui
from model.metrics.bootstrap import TIMES
from model.metrics.estimate import Estimate
from model.metrics.site import SiteCalibration, SiteThreshold, site_calibration, site_threshold

MOST_PICTURES = 24
"""Of each kind of error."""

WORDS = """
The hospital starts from the hypothesis H0: *the person has pneumonia*. The model's evidence either
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
    """The page."""
    st.title("Thresholds")
    introduction = st.container()
    selection, evidence = selection_ui()
    with introduction:
        draw_introduction(evidence)
    if evidence is None:
        return
    explorer_ui(selection, evidence)
    tell_address(selection, evidence)
    if selection.images == "own":
        draw_own_site(evidence)
    draw_pictures(evidence)
    draw_sharing(selection, evidence)
    draw_words()


def draw_introduction(evidence: Evidence | None) -> None:
    if evidence is None:
        st.markdown("Bring along scores of **images of your own**: open the window below and choose a file.")
        return
    unseen = {"test": " that the model had never seen", "validation": " held out of training"}
    st.markdown(
        f"The model gives every radiograph a probability of pneumonia; from the threshold on it raises an "
        f"alarm. **Slide the threshold** and see what it would have cost on {len(evidence.labels):,} "
        f"{evidence.images}{unseen.get(evidence.name.split('/')[0], '')}."
    )


def explorer_ui(selection: Selection, evidence: Evidence) -> None:
    """The slider and all that follows it; what the reader settles on is kept."""
    table = load_explorer_table(evidence.fingerprint, evidence.default, evidence)
    threshold_explorer(
        table,
        start=asdict(choice(evidence)),
        about=about(selection, evidence, table),
        on_settle=lambda said: keep(evidence, said),
        key="threshold_explorer",
    )


def choice(evidence: Evidence) -> Choice:
    """Where the handles stand: as they were left, else as the address says, else at the policies.

    The shipped network's follow what another page has decided on since.
    """
    low, high = evidence.band
    left = session.choices.get().get(evidence.name)
    if left is None:
        left = Choice(evidence.default, low, high, load_card().target_recall).told(st.query_params)
    if evidence.of_shipped and session.threshold.get() not in (None, left.threshold):
        return left.told(chosen_elsewhere())
    return left


def chosen_elsewhere() -> dict[str, float]:
    """What holds on every page: a threshold, or two, between which the band then lies."""
    policy, chosen = in_force(), {"threshold": threshold()}
    return chosen if policy.lower is None else chosen | {"low": policy.low, "high": policy.high}


def keep(evidence: Evidence, said: Mapping[str, Any]) -> None:
    """The choice, for this page; the shipped network's threshold, for every page."""
    kept = choice(evidence).told(said)
    session.choices.get()[evidence.name] = kept
    if evidence.of_shipped:
        session.threshold.set(kept.threshold)


def tell_address(selection: Selection, evidence: Evidence) -> None:
    """Bring the address up to date; that of an untouched page stays bare."""
    touched = evidence.name in session.choices.get() or selection.address()
    told = address(selection, choice(evidence))
    if (touched or st.query_params) and st.query_params.to_dict() != told:
        st.query_params.from_dict(told)


def address(selection: Selection, chosen: Choice) -> dict[str, str]:
    """What the page's address carries."""
    return selection.address() | chosen.address()


def about(selection: Selection, evidence: Evidence, table: Table) -> dict[str, Any]:
    """What the sections are told beside the table."""
    return {
        "name": evidence.name,
        "default": evidence.default,
        "provenance": evidence.provenance,
        "policies": [asdict(policy) | {"title": policy.short_title} for policy in evidence.policies],
        "prevalence": evidence.prevalence,
        "bands": load_bands(evidence.fingerprint, evidence),
        "bootstraps": TIMES,
        "hardest": hardest(evidence.labels, evidence.scores, evidence.files, evidence.kinds)
        if evidence.files and evidence.kinds
        else None,
        "rival": load_rival(evidence.fingerprint, selection, evidence, table["thresholds"])
        if selection.beside != NOBODY
        else None,
    }


@st.cache_resource(max_entries=8, show_spinner=False)
def load_bands(fingerprint: str, _evidence: Evidence) -> dict[str, DrawnBand]:
    """Drawn once a set of images and network."""
    return drawn_bands(_evidence.labels, _evidence.scores)


@st.cache_resource(max_entries=8, show_spinner=False)
def load_explorer_table(fingerprint: str, default: float, _evidence: Evidence) -> Table:
    """Counted once a set of images and network."""
    return explorer_table(_evidence.labels, _evidence.scores, _evidence.default, _evidence.fixed, _evidence.kinds)


@st.cache_resource(max_entries=8, show_spinner=False)
def load_rival(
    fingerprint: str, selection: Selection, _evidence: Evidence, _thresholds: list[float]
) -> dict[str, Any] | None:
    """The network beside it, on the same images; own images have scores of one network alone."""
    if selection.images == "own":
        return None
    other = (
        evidences.shipped(selection.images)
        if selection.beside == SHIPPED
        else evidences.step(selection.beside, selection.images)
    )
    name = networks()[selection.beside]
    return rival_table(_evidence.labels, _evidence.scores, other.scores, _thresholds, other.default, name)


def draw_own_site(evidence: Evidence) -> None:
    """A threshold and a calibration for the own site, and what so many images can promise."""
    st.subheader("For your own site")
    ill, target = int(evidence.labels.sum()), load_card().target_recall
    found, fitted = load_own_site(evidence.fingerprint, target, evidence)
    if found is None:
        st.markdown(
            f"{ill} pneumonias are too few to promise a recall of {100 * target:g} %: "
            f"it takes at least {int(np.ceil(target / (1 - target) - 1e-9))}."
        )
    else:
        st.markdown(
            f"**Threshold {found.threshold.value:.4g}** finds a new pneumonia with a probability of at least "
            f"{100 * target:g} %. By {ill:,} pneumonias it is known to lie between {found.threshold.low:.4g} and "
            f"{found.threshold.high:.4g}; the recall that it will have on patients to come, "
            f"{share_in_percent(found.recall)}, is what 95 in 100 samples of this size would give."
        )
    st.markdown(
        f"**Calibration**: P(pneumonia) = 1 / (1 + exp(-(a · log-odds + b))) with slope a = "
        f"{_figure(fitted.slope)} and intercept b = {_figure(fitted.intercept)}. A slope of 1 and an intercept "
        f"of 0 say that the scores already mean what they say here."
    )


@st.cache_resource(max_entries=2, show_spinner="Fitting")
def load_own_site(
    fingerprint: str, target: float, _evidence: Evidence
) -> tuple[SiteThreshold | None, SiteCalibration]:
    """Fitted once a set: a million rows take a second."""
    found = site_threshold(_evidence.scores[_evidence.labels == 1], target)
    return found, site_calibration(_evidence.labels, _evidence.scores)


def _figure(figure: Estimate[float]) -> str:
    return f"{figure.value:.3g} ({figure.low:.3g} to {figure.high:.3g})"


def draw_pictures(evidence: Evidence) -> None:
    """The radiographs of the errors, where the data set is on this machine."""
    if evidence.files is None or not error_pictures.present(evidence.files):
        return
    with st.expander("Look at the radiographs of these errors"):
        limit = choice(evidence).threshold
        ill, called = evidence.labels == 1, evidence.scores >= limit
        order = np.argsort(evidence.scores, kind="stable")
        _draw_row("Missed pneumonias", evidence, [row for row in order if ill[row] and not called[row]])
        _draw_row("False alarms", evidence, [row for row in order[::-1] if called[row] and not ill[row]])


def _draw_row(title: str, evidence: Evidence, rows: list[int]) -> None:
    assert evidence.files is not None
    shown = ""
    for row in rows[:MOST_PICTURES]:
        source = error_pictures.thumbnail(evidence.files[row])
        name = html.escape(evidence.files[row].rsplit("/", 1)[-1])
        if source:
            shown += (
                f'<figure><img src="{source}" alt="Radiograph {name}"><figcaption>{name}<br>'
                f"{evidence.scores[row]:.4g}</figcaption></figure>"
            )
    more = f", the gravest {MOST_PICTURES} of {len(rows)}" if len(rows) > MOST_PICTURES else f": {len(rows)}"
    st.html(f'<h4>{title}{more}</h4><div class="lf-pictures">{shown}</div>')


def draw_sharing(selection: Selection, evidence: Evidence) -> None:
    """What can be passed on: the address, a page of paper, the whole table."""
    st.subheader("Pass it on")
    chosen, card = choice(evidence), load_card()
    st.markdown(
        "The address of this page holds every handle: copy it from the browser and it opens as it stands."
        + (" Images of your own do not travel with it." if selection.images == "own" else "")
    )
    stem = f"lungfield-{evidence.name.replace('/', '-')}"
    with st.container(horizontal=True):
        st.download_button(
            "One page for a committee",
            lambda: committee_pdf(
                evidence,
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
            lambda: operating_points_csv(evidence),
            file_name=f"{stem}-operating-points.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/table:",
            key="operating_points",
        )


def draw_words() -> None:
    with st.expander("What do these words mean?"):
        st.markdown(WORDS)


if __name__ == "__main__":
    main()
