"""Read: the page for single radiographs, dropped or samples, each with its reading."""

from collections.abc import Sequence
from itertools import islice

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.reading.panel import draw_reading
from dashboard.reading.samples import load_sample, sample_origin, sample_ui
from dashboard.reading.settings import settings_ui
from dashboard.shared import session
from dashboard.shared.disclaimer import draw_safety_notice
from dashboard.shared.formatting import escape_markdown
from dashboard.shared.markup import render
from dashboard.shared.navigation import WORKLIST
from dashboard.shared.resources import load_card, load_classifier
from dashboard.shared.uploads import forget_uploads
from model.io import archive, radiograph
from model.io.archive import File
from model.io.radiograph import Radiograph, UnreadableRadiograph
from model.network.classifier import Reading

MOST_READINGS = 8
"""As many as the page can hold, each with its viewer; for more there is the worklist."""


def main() -> None:
    """Draw the page."""
    st.title("Read a chest X\N{NON-BREAKING HYPHEN}ray")
    settings_ui()
    dropped = uploader_ui()
    files = sum(archive.count(file.getvalue()) for file in dropped)
    many = st.empty()
    if files > MOST_READINGS:
        worklist_ui(many, dropped, f"{files} files")
    if dropped:
        frames = draw_files(first_files(dropped))
        # How many frames a file has is known only once it is read.
        if files <= MOST_READINGS < frames:
            worklist_ui(many, dropped, f"{frames} radiographs")
    elif sample := sample_ui():
        draw_files([load_sample(sample)], sample_origin(sample))
    draw_safety_notice(load_card())


def uploader_ui() -> list[UploadedFile]:
    """Draw the uploader; return what was dropped."""
    return st.file_uploader(
        "Drop one or several chest X-rays, or a ZIP archive of them: DICOM, PNG, JPEG, BMP, TIFF or WebP, "
        "8 to 16 bit. They are read on this machine and not stored.",
        accept_multiple_files=True,
    )


def first_files(dropped: list[UploadedFile]) -> list[File]:
    """Return the first ``MOST_READINGS`` files, archives unpacked."""
    unpacked = (file for upload in dropped for file in archive.unpack(upload.name, upload.getvalue()))
    return list(islice(unpacked, MOST_READINGS))


def worklist_ui(slot: DeltaGenerator, dropped: list[UploadedFile], number: str) -> None:
    """Offer the worklist for more radiographs than the page can hold."""
    with slot.container(border=True, horizontal=True, vertical_alignment="center", key="many"):
        st.html(render("reading/many.html", number=number, most=MOST_READINGS))
        if st.button("Read all in the worklist", icon=WORKLIST.icon, type="primary"):
            move_to_worklist(dropped)
            st.switch_page(WORKLIST.file)


def move_to_worklist(dropped: list[UploadedFile]) -> None:
    """Move the files to the worklist and keep none here: what is cleared there is gone."""
    files = [(file.name, file.getvalue()) for file in dropped]
    session.worklist_inbox.set([*session.worklist_inbox.get(), *files])
    forget_uploads(file.file_id for file in dropped)
    load_readings.clear()


@st.cache_data(max_entries=16, scope="session", show_spinner="Reading")
def load_readings(file: File, most: int, model_version: str) -> list[tuple[Radiograph, Reading]]:
    """Return a file's radiographs, one per frame, with their readings; kept for the session.

    Args:
        file: the file.
        most: number of frames to read, at least 1.
        model_version: part of the cache's key, so that no reading outlives its model.

    Raises:
        UnreadableRadiograph: see ``radiograph.frames``.
    """
    if file.problem:
        raise UnreadableRadiograph(file.problem)
    scans = islice(radiograph.frames(file.data, file.name), most)
    return [(scan, load_classifier().read(scan)) for scan in scans]


def draw_files(files: Sequence[File], origin: str = "") -> int:
    """Draw the readings of the first ``MOST_READINGS`` frames; return the number of all frames."""
    frames = 0
    for number, file in enumerate(files):
        frames += draw_file(file, origin, f"reading-{number}", max(0, MOST_READINGS - frames))
    return frames


def draw_file(file: File, origin: str, key: str, most: int) -> int:
    """Draw the readings of a file's first ``most`` frames, or why there is none; return how many it has."""
    try:
        readings = load_readings(file, max(1, most), load_card().version)
    except UnreadableRadiograph as problem:
        st.error(escape_markdown(str(problem)), icon=":material/broken_image:")
        return 1
    for scan, reading in readings[:most]:
        draw_reading(scan, reading, file.data, f"{key}-{scan.frame}", origin)
    return readings[0][0].frames


if __name__ == "__main__":
    main()
