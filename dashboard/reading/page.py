"""Read: the page for single radiographs, dropped or samples, each with its reading."""

from collections.abc import Sequence
from itertools import islice

import streamlit as st

from dashboard.reading.age_question import age_question_ui, as_answered, gives_age
from dashboard.reading.demo import demo_ui, start_demo_ui
from dashboard.reading.opened_files import MOST_FILES, OpenedFile, close_file, move_to_worklist, receive_uploads
from dashboard.reading.panel import draw_reading
from dashboard.reading.samples import sample_ui
from dashboard.reading.settings import settings_ui
from dashboard.shared import session
from dashboard.shared.elements.disclaimer import draw_safety_notice
from dashboard.shared.formatting import escape_markdown, format_count
from dashboard.shared.intake import intake_ui
from dashboard.shared.markup import render
from dashboard.shared.navigation import WORKLIST
from dashboard.shared.observability.metrics import count_refusal
from dashboard.shared.resources import load_card, load_classifier, load_scores
from model.io import radiograph
from model.io.archive import File
from model.io.radiograph import Radiograph, UnreadableRadiograph
from model.network.classifier import Reading

TITLE = "Pneumonia on children's chest X\N{NON-BREAKING HYPHEN}rays"


def main() -> None:
    """Draw the page: what it is for, or the readings of what is open."""
    if session.too_many_dropped.pop():
        st.switch_page(WORKLIST.file)
    opened = session.opened_files.get()
    # The style sheet lets this page take the whole screen.
    with st.container(key="read"):
        if opened:
            draw_opened(opened)
        else:
            with st.container(key="start"):
                draw_start()
        settings_ui()
    draw_safety_notice(load_card())


def draw_start() -> None:
    """Draw what the page is, a place to drop files, and samples for whoever has none."""
    st.title(TITLE)
    st.html(render("reading/start.html", test=len(load_scores("test"))))
    drop, samples = st.columns([1, 1], gap="large")
    with drop, st.container(key="drop"):
        intake_ui(
            f"Drop up to {MOST_FILES} chest X-rays here; more, or an archive of many, open in the worklist. DICOM, "
            "PNG, JPEG, BMP, TIFF or WebP, 8 to 16 bit. They are read on this machine and not stored.",
            "read",
            receive_uploads,
        )
    with samples:
        start_demo_ui()
        sample_ui()
    waiting_ui()


def draw_opened(opened: Sequence[OpenedFile]) -> None:
    """Draw the readings, the latest first, below a narrow row for the next radiograph."""
    with st.container(horizontal=True, vertical_alignment="center", key="next"):
        st.title(TITLE, width="content")
        intake_ui("Drop the next chest X-ray", "read", receive_uploads, labelled=False)
        # A new one for each file that was opened: the old would stay open above what was asked for.
        key = f"samples-popover-{session.opened_count.get()}"
        with st.popover("Samples", icon=":material/photo_library:", key=key):
            sample_ui()
        start_demo_ui()
    demo_ui()
    for one in opened:
        draw_file(one)
    waiting_ui()


def waiting_ui() -> None:
    """Draw the way to files that wait in the worklist, if any do."""
    if waiting := len(session.worklist_inbox.get()):
        WORKLIST.link(f"{format_count(waiting, 'earlier file')} in the worklist")


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


def draw_file(opened: OpenedFile) -> None:
    """Draw the readings of a file's first frames, or why there is none, and the button that closes it."""
    number, file, origin = opened
    key = f"reading-{number}"
    try:
        readings = load_readings(file, MOST_FILES, load_card().version)
    except UnreadableRadiograph as problem:
        count_unreadable(number)
        st.error(escape_markdown(str(problem)), icon=":material/broken_image:")
        close_ui(opened, key)
        return
    if (frames := readings[0][0].frames) > MOST_FILES:
        frames_ui(opened, frames, key)
    for scan, reading in readings:
        # The samples' age is known: they are made of children's radiographs.
        answered = reading if origin else as_answered(reading, gives_age(scan.header))
        draw_reading(scan, answered, file.data, f"{key}-{scan.frame}", origin)
        if not origin:
            age_question_ui(gives_age(scan.header), f"{key}-{scan.frame}")
    close_ui(opened, key)


def count_unreadable(number: int) -> None:
    """Count a file that cannot be read, once however often that is drawn."""
    counted = session.unreadable_files.get()
    if number not in counted:
        counted.add(number)
        count_refusal("file", "unreadable")


def close_ui(opened: OpenedFile, key: str) -> None:
    """Draw the button that closes a file."""
    st.button(
        f"Close {escape_markdown(opened.file.name)}",
        key=f"close-{key}",
        icon=":material/close:",
        type="tertiary",
        on_click=close,
        args=(opened,),
    )


def close(opened: OpenedFile) -> None:
    """Close a file, and keep nothing of it."""
    close_file(opened.number)
    load_readings.clear()


def frames_ui(opened: OpenedFile, frames: int, key: str) -> None:
    """Offer the worklist for a file of more frames than the page can hold."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"many-{key}"):
        st.html(render("reading/many.html", frames=frames, most=MOST_FILES))
        if st.button("Read all in the worklist", icon=WORKLIST.icon, type="primary", key=f"move-{key}"):
            move_to_worklist([(opened.file.name, opened.file.data)])
            close(opened)
            st.switch_page(WORKLIST.file)


if __name__ == "__main__":
    main()
