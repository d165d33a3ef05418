"""What the pages share, read once a server: the network, its card, the scores, the samples."""

import json
from pathlib import Path
from typing import Any

import streamlit as st

from model import card as cards
from model import scores as score_files
from model.card import Card
from model.classifier import Classifier
from model.scores import Scores

ASSETS = Path(__file__).resolve().parent.parent / "assets"
SAMPLES = ASSETS / "samples"


@st.cache_resource(show_spinner="Waking the network")
def load_classifier() -> Classifier:
    """The shipped network; raises ``ArtifactMismatch`` rather than read with another."""
    return Classifier.load()


@st.cache_resource
def load_card() -> Card:
    """The model card."""
    return cards.load()


@st.cache_resource
def load_scores(split: str) -> Scores:
    """The shipped scores of ``test`` or ``validation``."""
    return score_files.load(load_card(), split)


@st.cache_resource
def load_samples() -> list[dict[str, Any]]:
    """The composites in ``assets/samples``, as ``samples.json`` lists them."""
    return json.loads((SAMPLES / "samples.json").read_text())


def threshold() -> float:
    """The threshold in force: the one settled on the page ``thresholds``, else the card's."""
    return float(st.session_state.get("threshold", load_card().default_threshold))
