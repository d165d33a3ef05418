"""Which images and which network the page of thresholds shows: chosen in one small window, told in the address."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import streamlit as st

from dashboard.shared import session
from dashboard.shared.formatting import escape_markdown, format_count
from dashboard.shared.resources import calibration_prevalence, load_card, load_classifier, load_ladder
from dashboard.thresholds import evaluation_set as evidences
from dashboard.thresholds.evaluation_set import SHIPPED, Evidence
from dashboard.thresholds.own_radiographs import score_archive
from dashboard.thresholds.own_set import UnusableScores, own_evidence, read_scores
from model.network.card import ArtifactMismatch

IMAGES = {"test": "Test", "validation": "Validation", "own": "Your own"}
NOBODY = ""
"""Stands for no second network."""


@dataclass(frozen=True)
class Selection:
    """``images`` are one of ``IMAGES``, ``network`` and ``beside`` names of the ladder's steps."""

    images: str = "test"
    network: str = SHIPPED
    beside: str = NOBODY

    def told(self, said: Mapping[str, Any]) -> "Selection":
        """With what an address says, where that exists."""
        choices = {"images": IMAGES, "network": networks(), "beside": networks()}
        return replace(self, **{name: said[name] for name in choices if said.get(name) in choices[name]})

    def address(self) -> dict[str, str]:
        """As an address carries it; what is as it would be anyway is left out."""
        return {name: value for name, value in asdict(self).items() if value != getattr(Selection(), name)}


@st.cache_resource
def networks() -> dict[str, str]:
    """The ladder's steps by name, in words; the shipped network alone where the ladder is another network's."""
    try:
        return {row["name"]: row["about"] for row in load_ladder()}
    except ArtifactMismatch:
        return {SHIPPED: "Shipped"}


def selected() -> Selection:
    """What was chosen on this page before, else what the address says."""
    return session.selection.get() or Selection().told(st.query_params)


def selection_ui() -> tuple[Selection, Evidence | None]:
    """The window, and the evidence chosen in it; None where own images are chosen and none are there yet."""
    now = selected()
    with st.popover(words(now), icon=":material/dataset:", key="selection_window"):
        now = _images_ui(now)
        own = own_ui() if now.images == "own" else session.own_evidence.get()
        if now.images != "own":
            now = _networks_ui(now)
    session.selection.set(now)
    if now.images == "own":
        return now, own
    if now.network == SHIPPED:
        return now, evidences.shipped(now.images)
    return now, evidences.step(now.network, now.images)


def words(selection: Selection) -> str:
    """The choice on its button."""
    if selection.images == "own":
        return "Your own images"
    beside = f", beside {networks()[selection.beside]}" if selection.beside else ""
    return f"{IMAGES[selection.images]} images, {networks()[selection.network]} network{beside}"


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
    others = [NOBODY, *(name for name in names if name != network)]
    beside = st.selectbox(
        "Beside it",
        others,
        others.index(now.beside) if now.beside in others else 0,
        format_func=lambda name: networks().get(name, "no other"),
        key="beside",
    )
    return replace(now, network=network or SHIPPED, beside=beside or NOBODY)


def own_ui() -> Evidence | None:
    """A CSV, or a ZIP archive of labelled radiographs, brought along."""
    file = st.file_uploader(
        "A CSV with the columns label and score, or a ZIP archive with radiographs in folders NORMAL and PNEUMONIA",
        type=["csv", "zip"],
        key="own_file",
    )
    st.caption(
        "Up to 1,000,000 rows; label 0 or normal, 1 or pneumonia; score 0 to 1. Nothing of it is kept on disk, and "
        "nothing leaves this machine."
    )
    if file is None:
        return session.own_evidence.get()
    if session.own_file_read.get() != file.file_id:
        try:
            session.own_evidence.set(_own(file))
            session.own_file_read.set(file.file_id)
        except UnusableScores as problem:
            st.error(escape_markdown(str(problem)), icon=":material/block:")
            return None
    return session.own_evidence.get()


def _own(file: Any) -> Evidence:
    if not file.name.lower().endswith(".zip"):
        return own_evidence(*read_scores(file), load_card().target_recall)
    with st.spinner("Reading the radiographs"):
        labels, scores, refused = score_archive(file.name, file.getvalue(), load_classifier())
    if refused:
        st.warning(
            f"{format_count(len(refused), 'file')} could not be used. {escape_markdown(refused[0])}",
            icon=":material/warning:",
        )
    own = own_evidence(labels, scores, load_card().target_recall)
    # Validation made the network's scores probabilities, however common pneumonia is in the archive.
    return replace(own, network="the shipped network", prevalence=calibration_prevalence())
