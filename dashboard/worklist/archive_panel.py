"""The archive's radiographs of a day, fetched into the list; drawn where an archive that can be asked is set."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import streamlit as st

from dashboard.node.archive.search import ArchiveSearch
from dashboard.node.archive.storage import ArchiveAway, ArchiveRefused
from dashboard.node.archive.web_search import DicomWebSearch
from dashboard.node.configuration import VARIABLE, Configuration, InvalidConfiguration, load_configuration
from dashboard.shared.formatting import escape_markdown, format_count
from dashboard.worklist.queue import session_queue


def archive_ui() -> None:
    """Draw what fetches a day's chest radiographs, and their patients' earlier ones, from the archive."""
    if not (file := os.environ.get(VARIABLE)):
        return
    try:
        search = archive_search(load_configuration(Path(file)))
    except InvalidConfiguration as problem:
        st.error(escape_markdown(str(problem)), icon=":material/block:")
        return
    if search is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="worklist-archive"):
        day = st.date_input("Study date", value="today", key="worklist-archive-day", width=160)
        priors = st.toggle("Earlier ones of the same patients too", key="worklist-archive-priors")
        pressed = st.button(
            "Fetch from the archive", icon=":material/cloud_download:", key="worklist-archive-fetch"
        )
    if not pressed:
        return
    try:
        with st.spinner("Fetching"):
            count = fetch(search, day, priors=priors)
    except (ArchiveAway, ArchiveRefused, InvalidConfiguration) as problem:
        st.error(escape_markdown(str(problem)), icon=":material/cloud_off:")
        return
    st.toast(f"{format_count(count, 'radiograph')} fetched.", icon=":material/cloud_download:")


def archive_search(configuration: Configuration) -> ArchiveSearch | None:
    """Return the search that the archive answers, by DICOMweb or DIMSE; None where it answers neither."""
    archive = configuration.archive
    if archive is None:
        return None
    if archive.url:
        return DicomWebSearch(archive)
    if not archive.move_ae_title:
        return None
    try:
        from dashboard.node.archive.dimse_search import DimseSearch
    except ModuleNotFoundError as problem:
        raise InvalidConfiguration(
            f"archive.move_ae_title: expected what the node needs to be installed; {problem.name} is not. "
            f"Run pip install '.[node]'."
        ) from problem
    return DimseSearch(archive, configuration.listen)


def fetch(search: ArchiveSearch, day: date, *, priors: bool) -> int:
    """Put a day's chest radiographs at the end of the list, each as it comes, and return how many there are."""
    count = 0
    for name, data in fetched(search, day, priors=priors):
        session_queue().add([(name, data)])
        count += 1
    return count


def fetched(search: ArchiveSearch, day: date, *, priors: bool) -> Iterator[tuple[str, bytes]]:
    """Yield a name and the bytes of each radiograph once, those of the day before their priors."""
    today = search.radiographs(day)
    earlier = (prior for radiograph in today for prior in search.priors(radiograph)) if priors else ()
    seen: set[str] = set()
    for radiograph in (*today, *earlier):
        if radiograph.instance not in seen:
            seen.add(radiograph.instance)
            yield f"{radiograph.instance}.dcm", search.file(radiograph)
