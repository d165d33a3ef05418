"""Samples to open without a radiograph of one's own: composites of the training set, which show no real patient."""

from typing import Any

import streamlit as st

from dashboard.shared import session
from dashboard.shared.formatting import SUBTYPES
from dashboard.shared.markup import render
from dashboard.shared.resources import SAMPLES, load_samples
from model.io.archive import File

DIAGNOSES = {"normal": "no pneumonia", "bacteria": "bacterial pneumonia", "virus": "viral pneumonia"}
WIDTH = 104
"""Of a thumbnail, pixels."""


def sample_ui() -> dict[str, Any] | None:
    """Draw the samples with a button each; return the open one's entry in ``samples.json``, or None."""
    samples = load_samples()
    st.html(render("reading/samples.html", patients=min(sample["patients"] for sample in samples)))
    with st.container(horizontal=True, gap="small", key="samples"):
        for sample in samples:
            with st.container(width=WIDTH, gap="xsmall"):
                st.image(str(SAMPLES / sample["file"]), width=WIDTH, alt=sample_name(sample))
                if st.button(sample_name(sample), key=sample["file"], width="stretch"):
                    session.sample.set(sample["file"])
    return next((sample for sample in samples if sample["file"] == session.sample.get()), None)


def load_sample(sample: dict[str, Any]) -> File:
    """Return a sample as if it had been dropped."""
    return File(sample_name(sample), (SAMPLES / sample["file"]).read_bytes())


def sample_name(sample: dict[str, Any]) -> str:
    """Return ``Normal 1``, ``Bacterial 2``, ``Viral 1``: the subtype and the number among the samples of it."""
    same = [other["file"] for other in load_samples() if other["subtype"] == sample["subtype"]]
    return f"{SUBTYPES[sample['subtype']]} {same.index(sample['file']) + 1}"


def sample_origin(sample: dict[str, Any]) -> str:
    """Return where a sample comes from, for the page and the report."""
    return (
        f"A composite of {sample['patients']} children with {DIAGNOSES[sample['subtype']]}, all of them from "
        f"the training set: it shows how a reading looks, not how good the model is."
    )
