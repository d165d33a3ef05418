"""Thresholds: what the hospital's choice costs, in missed pneumonias and in false alarms."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import streamlit as st

from dashboard import evidence as evidences
from dashboard.choice import Choice
from dashboard.components.threshold_explorer import threshold_explorer
from dashboard.components.threshold_explorer.table import DrawnBand, Table, drawn_bands, explorer_table
from dashboard.evidence import Evidence
from dashboard.resources import load_card, threshold
from model.bands import TIMES

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
    evidence = evidences.shipped("test")
    draw_introduction(evidence)
    explorer_ui(evidence)
    draw_words()


def draw_introduction(evidence: Evidence) -> None:
    st.title("Thresholds")
    st.markdown(
        f"The model gives every radiograph a probability of pneumonia; from the threshold on it raises an "
        f"alarm. **Slide the threshold** and see what it would have cost on {len(evidence.labels):,} "
        f"{evidence.images} that the model had never seen."
    )


def explorer_ui(evidence: Evidence) -> None:
    """The slider and all that follows it; what the reader settles on is kept."""
    start = choice(evidence)
    threshold_explorer(
        load_explorer_table(evidence.name, evidence),
        start=asdict(start),
        about=about(evidence),
        on_settle=lambda said: keep(evidence, said),
        key="threshold_explorer",
    )


def choice(evidence: Evidence) -> Choice:
    """Where the handles stand: as the address says, else as they were left, else at the policies."""
    low, high = evidence.band
    fixed = Choice(evidence.default, low, high, load_card().target_recall)
    left = st.session_state.get("choices", {}).get(evidence.name)
    if left is None:
        left = fixed.told(st.query_params)
    if evidence.name.endswith(f"/{evidences.SHIPPED}"):
        left = left.told({"threshold": threshold()}) if "threshold" in st.session_state else left
    return left


def keep(evidence: Evidence, said: Mapping[str, Any]) -> None:
    """The choice, for this page and its address; the shipped network's threshold, for every page."""
    kept = choice(evidence).told(said)
    st.session_state.setdefault("choices", {})[evidence.name] = kept
    st.query_params.update(kept.address())
    if evidence.name.endswith(f"/{evidences.SHIPPED}"):
        st.session_state["threshold"] = kept.threshold


def about(evidence: Evidence) -> dict[str, Any]:
    """What the sections are told beside the table."""
    return {
        "name": evidence.name,
        "default": evidence.default,
        "provenance": evidence.provenance,
        "policies": [asdict(policy) for policy in evidence.policies],
        "bands": load_bands(evidence.name, evidence),
        "bootstraps": TIMES,
    }


@st.cache_resource(max_entries=8, show_spinner=False)
def load_bands(name: str, _evidence: Evidence) -> dict[str, DrawnBand]:
    """Drawn once a set of images and network."""
    return drawn_bands(_evidence.labels, _evidence.scores)


@st.cache_resource(max_entries=8, show_spinner=False)
def load_explorer_table(name: str, _evidence: Evidence) -> Table:
    """Counted once a set of images and network."""
    fixed = [
        end
        for policy in _evidence.policies
        for end in (policy.threshold, policy.low, policy.high)
        if end is not None
    ]
    return explorer_table(_evidence.labels, _evidence.scores, _evidence.default, fixed, _evidence.kinds)


def draw_words() -> None:
    with st.expander("What do these words mean?"):
        st.markdown(WORDS)


main()
