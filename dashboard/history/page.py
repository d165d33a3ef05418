"""History: the readings that were saved, how well readers and the model agree, and whether probabilities drift."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from dashboard.history.agreement import first_and_last_findings
from dashboard.history.agreement_panel import draw_agreement
from dashboard.history.charts import counts_chart
from dashboard.history.chosen_reading import draw_chosen
from dashboard.history.counts_over_time import counts_over_time
from dashboard.history.database import UnusableDatabase
from dashboard.history.drift_panel import draw_drift
from dashboard.history.load_history import load_history
from dashboard.history.search_panel import draw_readings, search_ui
from dashboard.history.shadow.panel import draw_shadow
from dashboard.history.store import KeptReading, Search
from dashboard.shared.elements.charts import draw_chart
from dashboard.shared.elements.empty_state import draw_empty_state
from dashboard.shared.formatting import escape_markdown, format_count
from dashboard.shared.markup import render
from dashboard.shared.navigation import READ
from dashboard.shared.resources import load_samples


def main() -> None:
    """Draw the page."""
    st.title("History")
    try:
        history = load_history()
        every = history.readings(Search(current=False))
    except UnusableDatabase as problem:
        st.error(escape_markdown(str(problem)), icon=":material/database_off:")
        return
    if not every:
        draw_empty()
        draw_shadow(every)
        return
    st.html(render("history/introduction.html"))
    found = search_ui(history, every)
    draw_chosen(history, draw_readings(found), every)
    counted = counted_ui(found, every)
    if not counted:
        st.info("No reading to draw figures from. Widen the search.", icon=":material/search_off:")
        draw_shadow(every)
        return
    draw_counts(counted)
    draw_agreement(first_and_last_findings(counted, every))
    draw_drift(counted)
    draw_shadow(every)


def draw_empty() -> None:
    """Draw what will stand here, and the way to it."""
    draw_empty_state(
        "No reading saved yet",
        Markup(
            "Open a radiograph, say what you see, and press <b>Save reading</b>. From then on this page shows how "
            "often you and the model agree, how often a finding is changed after the model's result, and whether "
            "its probabilities still look as they did on validation."
        ),
        "Saved are numbers and words: a digest of the file, the model's result, your finding, your comment and, if "
        "you give them, your initials. Never the picture, its name or the patient's.",
    )
    with st.container(horizontal=True, horizontal_alignment="center"):
        READ.link("Read a radiograph")


def counted_ui(rows: Sequence[KeptReading], every: Sequence[KeptReading]) -> list[KeptReading]:
    """Return the current ones of some rows; those of the sample composites only where they are wanted."""
    superseded = {row.corrects for row in every}
    current = [row for row in rows if row.id not in superseded]
    samples = {sample["sha256"] for sample in load_samples()}
    of_samples = sum(row.digest in samples for row in current)
    if not of_samples:
        return current
    label = f"Count {format_count(of_samples, 'reading')} of the sample composites in the figures below"
    return (
        current if st.toggle(label, key="count-samples") else [row for row in current if row.digest not in samples]
    )


def draw_counts(rows: Sequence[KeptReading]) -> None:
    """Draw how many readings were saved over time."""
    over_time = counts_over_time(rows)
    st.header(f"Readings by {over_time.period}")
    draw_chart(counts_chart(over_time), key="counts")


if __name__ == "__main__":
    main()
