"""The selection of images and networks on the page Thresholds, which the address carries."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any

import streamlit as st

from dashboard.shared import session
from dashboard.shared.formatting import escape_markdown, format_count
from dashboard.shared.resources import calibration_prevalence, load_card, load_classifier, load_ladder
from dashboard.thresholds.evaluation_set import SHIPPED, EvaluationSet, shipped_set, step_set
from dashboard.thresholds.own_set import own_evaluation_set, score_archive
from dashboard.thresholds.scores_csv import SEPARATORS, SHOWN, ScoresCsv, UnusableScores, read_scores
from dashboard.thresholds.site_study.subgroups import subgroups
from model.network.card import ArtifactMismatch

IMAGES = {"test": "Test", "validation": "Validation", "own": "Your own"}
SHIPPED_TITLE = "shipped network"
NO_NETWORK = ""
"""Stands for no second network."""


@dataclass(frozen=True)
class Selection:
    """``images`` are one of ``IMAGES``; ``network`` and ``beside``, which it is compared with, are the ladder's."""

    images: str = "test"
    network: str = SHIPPED
    beside: str = NO_NETWORK

    def updated_from(self, values: Mapping[str, Any]) -> "Selection":
        """Return the selection with those values of an address that exist."""
        choices = {"images": IMAGES, "network": networks(), "beside": networks()}
        return replace(self, **{name: values[name] for name in choices if values.get(name) in choices[name]})

    def others(self) -> dict[str, str]:
        """Return the titles of the networks that this one can be compared with, by name."""
        if self.images == "own":
            return {}
        return {name: title for name, title in networks().items() if name != self.network}

    def compared_with(self, name: str) -> "Selection":
        """Return the selection beside another network, or beside none where there is no such network."""
        return replace(self, beside=name if name in self.others() else NO_NETWORK)

    def address(self) -> dict[str, str]:
        """Return the parameters of an address; defaults are left out."""
        return {name: value for name, value in asdict(self).items() if value != getattr(Selection(), name)}


@st.cache_resource
def networks() -> dict[str, str]:
    """Return the titles of the networks by name; only the shipped one where the steps belong to another."""
    try:
        return step_titles(load_ladder())
    except ArtifactMismatch:
        return {SHIPPED: SHIPPED_TITLE}


def step_titles(rows: list[dict[str, str]]) -> dict[str, str]:
    """Return a title for every step of the ladder by name: its number, what it is built on, and what it adds."""
    titles, base = {}, ""
    for number, row in enumerate(rows, 1):
        about = row["about"]
        if about.startswith("+"):
            about = f"{base} {about}"
        else:
            base = about.split(",")[0]
        titles[row["name"]] = f"Step {number}: {about}"
    return titles | {SHIPPED: SHIPPED_TITLE}


def selected() -> Selection:
    """Return what was selected before in this session, else what the address says."""
    return session.selection.get() or Selection().updated_from(st.query_params)


def selection_ui() -> tuple[Selection, EvaluationSet | None]:
    """Ask for images and networks; the evaluation set is None while own images are selected and none given."""
    now = selected()
    with st.popover(selection_label(now), icon=":material/dataset:", key="selection_window"):
        now = _images_ui(now)
        own = own_ui() if now.images == "own" else session.own_evaluation_set.get()
        if now.images != "own":
            now = _networks_ui(now)
    session.selection.set(now)
    if now.images == "own":
        return now, own
    if now.network == SHIPPED:
        return now, shipped_set(now.images)
    return now, step_set(now.network, now.images)


def selection_label(selection: Selection) -> str:
    """Return the text of the selection's button."""
    if selection.images == "own":
        return "Your own images"
    return f"{IMAGES[selection.images]} images, {networks()[selection.network]}"


def _images_ui(now: Selection) -> Selection:
    images = st.segmented_control(
        "Images", list(IMAGES), format_func=IMAGES.__getitem__, default=now.images, key="images"
    )
    return replace(now, images=images or now.images)


def _networks_ui(now: Selection) -> Selection:
    names = list(networks())
    network = st.selectbox(
        "Network", names, names.index(now.network), format_func=networks().__getitem__, key="network"
    )
    return replace(now, network=network or SHIPPED).compared_with(now.beside)


def own_ui() -> EvaluationSet | None:
    """Ask for a CSV or a ZIP archive of labelled radiographs, and return its evaluation set."""
    file = st.file_uploader(
        "A CSV with the columns label and score, or a ZIP archive with radiographs in folders NORMAL and PNEUMONIA",
        type=["csv", "zip"],
        key="own_file",
    )
    st.caption(
        "Up to 1,000,000 rows; label 0 or normal, 1 or pneumonia; score 0 to 1; if you like, age in years and sex. "
        "Nothing of it is kept on disk, and nothing leaves this machine."
    )
    if file is None:
        return session.own_evaluation_set.get()
    if session.own_file_read.get() != file.file_id:
        try:
            own = _own(file)
            if own is None:
                return None
            session.own_evaluation_set.set(own)
            session.own_file_read.set(file.file_id)
        except UnusableScores as problem:
            st.error(escape_markdown(str(problem)), icon=":material/block:")
            return None
    return session.own_evaluation_set.get()


def _own(file: Any) -> EvaluationSet | None:
    """Return a file's evaluation set; None while what was read from a CSV waits to be confirmed."""
    if not file.name.lower().endswith(".zip"):
        table = load_scores(file.file_id, file.getvalue())
        return (
            own_evaluation_set(
                table.labels, table.scores, load_card().target_recall, subgroups(table.ages, table.sexes)
            )
            if _confirmed(table)
            else None
        )
    with st.spinner("Reading the radiographs"):
        labels, scores, refused = score_archive(file.name, file.getvalue(), load_classifier())
    if refused:
        st.warning(
            f"{format_count(len(refused), 'file')} could not be used. {escape_markdown(refused[0])}",
            icon=":material/warning:",
        )
    own = own_evaluation_set(labels, scores, load_card().target_recall)
    # Validation made the network's scores probabilities, however common pneumonia is in the archive.
    return replace(own, network="the shipped network", prevalence=calibration_prevalence())


@st.cache_resource(max_entries=2, show_spinner="Reading the scores")
def load_scores(file: str, _data: bytes) -> ScoresCsv:
    """Read a CSV once, though the page runs again to confirm it: a million rows take seconds."""
    return read_scores(_data)


def _confirmed(table: ScoresCsv) -> bool:
    """Show what was read from a CSV, and return whether it is confirmed."""
    st.markdown(scores_summary(table))
    shown = zip(table.lines, table.labels, table.scores, strict=True)
    st.table([{"Line": line, "Label": label, "Score": f"{score:g}"} for line, label, score in islice(shown, SHOWN)])
    return st.button("Use these scores", type="primary", key="own_confirmed")


def scores_summary(table: ScoresCsv) -> str:
    """Return what was read from a CSV, in Markdown."""
    label, score = (escape_markdown(name) for name in (table.label_column, table.score_column))
    pneumonias = int(table.labels.sum())
    decimals = ", numbers with a decimal comma" if table.decimal_comma else ""
    known = [name for name, column in (("ages", table.ages), ("sexes", table.sexes)) if column is not None]
    extra = f"; {' and '.join(known)} too" if known else ""
    return (
        f"Read {format_count(len(table.labels), 'row')}: {pneumonias:,} with pneumonia and "
        f"{len(table.labels) - pneumonias:,} normal by the column {label}, scores of {table.scores.min():.4g} to "
        f"{table.scores.max():.4g} from the column {score}. Columns separated by {SEPARATORS[table.separator]}"
        f"{decimals}{extra}. The first rows, as they were read:"
    )
