"""The network, its card, the tables and the samples: read once a server and shared by the pages."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from dashboard.shared.observability.activity import current_recorder
from dashboard.shared.observability.observed_classifier import ObservedClassifier
from model.network import card
from model.network.card import KERAS_FILE, ArtifactMismatch, Card
from model.network.classifier import Classifier
from model.network.split_scores import DATA_FOLDER, Scores, load_split_scores

ASSETS = Path(__file__).resolve().parents[2] / "assets"
SAMPLES = ASSETS / "samples"


@st.cache_resource(show_spinner="Waking the network")
def load_network() -> ObservedClassifier:
    """Load the shipped network; raises ``ArtifactMismatch`` rather than read with another."""
    return ObservedClassifier.load()


def load_classifier() -> Classifier:
    """Return the shipped network, which records what the session's person reads; raises as ``load_network``."""
    return load_network().recorded_by(current_recorder())


@st.cache_resource
def load_card() -> Card:
    """Load the model card."""
    return card.load_card()


@st.cache_resource
def load_scores(split: str) -> Scores:
    """Load the shipped scores of ``test`` or ``validation``."""
    return load_split_scores(load_card(), split)


@st.cache_resource
def load_table(name: str) -> list[dict[str, str]]:
    """Load the rows of a CSV file in ``data/``."""
    with (DATA_FOLDER / name).open(newline="") as handle:
        return list(csv.DictReader(handle))


@st.cache_resource
def load_ladder() -> list[dict[str, str]]:
    """Load the ladder's steps, the shipped network last.

    Raises:
        ArtifactMismatch: the ladder was measured with another network than the one that ships.
    """
    rows, shipped = load_table("ladder.csv"), load_card().files[KERAS_FILE]
    if rows[-1]["sha256"] != shipped:
        raise ArtifactMismatch(
            f"data/ladder.csv: expected the shipped network, SHA-256 {shipped}, as the last step; received "
            f"{rows[-1]['sha256']}. Measure the ladder anew with python -m training.ladder."
        )
    return rows


@st.cache_resource
def load_ladder_scores(split: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Load labels of a split, and P(pneumonia) by each network of the ladder, all of shape (n,)."""
    rows = [row for row in load_table("ladder_scores.csv") if row["split"] == split]
    networks = [name for name in rows[0] if name not in ("split", "image", "label")]
    labels = np.array([int(row["label"]) for row in rows])
    return labels, {name: np.array([float(row[name]) for row in rows]) for name in networks}


@st.cache_resource
def load_samples() -> list[dict[str, Any]]:
    """Load what ``samples.json`` says of each composite in ``assets/samples``."""
    return json.loads((SAMPLES / "samples.json").read_text())


def calibration_prevalence() -> float:
    """Return the share of pneumonias, 0 to 1, for which the probabilities were calibrated."""
    return load_card().calibration.prevalence
