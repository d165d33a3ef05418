"""Samples to open without a radiograph of one's own: composites of the training set, which show no real patient."""

from typing import Any

import streamlit as st

from dashboard.reading.opened_files import open_files
from dashboard.shared import session
from dashboard.shared.formatting import SUBTYPES
from dashboard.shared.images import shrink, thumbnail, to_uint8
from dashboard.shared.markup import render
from dashboard.shared.resources import SAMPLES, load_samples
from model.io import radiograph
from model.io.archive import File

NAMES = SUBTYPES | {"doubtful": "Doubtful", "refused": "Upside down"}
"""By subtype."""
PICTURE_SIDE = 400
"""Pixels of a sample's picture along its longer side: twice what the page shows, for screens of high density."""
DIAGNOSES = {
    "normal": "no pneumonia",
    "bacteria": "bacterial pneumonia",
    "virus": "viral pneumonia",
    "doubtful": "and without pneumonia, blended until the model is in doubt",
    "refused": "no pneumonia, turned upside down",
}


def sample_ui() -> None:
    """Draw the samples, each a picture to press."""
    samples = load_samples()
    st.html(render("reading/samples.html", patients=min(sample["patients"] for sample in samples)))
    with st.container(key="samples"):
        for sample in samples:
            with st.container(gap=None):
                # The style sheet spreads the button over the picture, which it names.
                st.image(sample_picture(sample["file"]), width="stretch", alt="")
                st.button(sample_name(sample), key=sample["file"], on_click=choose_sample, args=(sample,))


@st.cache_data
def sample_picture(file: str) -> str:
    """Return a small picture of a sample as a ``data:`` address.

    A picture that Streamlit serves is gone once another page is opened, and a browser that still asks for it fails.
    """
    scan = radiograph.read((SAMPLES / file).read_bytes(), file)
    return thumbnail(to_uint8(shrink(scan.pixels, PICTURE_SIDE)))


def choose_sample(sample: dict[str, Any]) -> None:
    """Open a sample that the reader has pressed; a demo that runs ends."""
    session.demo_step.pop()
    open_sample(sample)


def open_sample(sample: dict[str, Any]) -> None:
    """Open a sample as if it had been dropped."""
    open_files([load_sample(sample)], sample_origin(sample))


def load_sample(sample: dict[str, Any]) -> File:
    """Return a sample's file under the sample's name."""
    return File(sample_name(sample), (SAMPLES / sample["file"]).read_bytes())


def sample_name(sample: dict[str, Any]) -> str:
    """Return ``Normal 1``, ``Bacterial 2``, ``Viral 1``: the subtype, numbered where there are several of it."""
    same = [other["file"] for other in load_samples() if other["subtype"] == sample["subtype"]]
    number = f" {same.index(sample['file']) + 1}" if len(same) > 1 else ""
    return f"{NAMES[sample['subtype']]}{number}"


def sample_origin(sample: dict[str, Any]) -> str:
    """Return where a sample comes from, for the page and the report."""
    return (
        f"A composite of {sample['patients']} children with {DIAGNOSES[sample['subtype']]}, all of them from "
        f"the training set: it shows how a reading looks, not how good the model is."
    )
