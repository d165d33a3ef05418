"""The page's part on agreement: three proportions, how to take them, and the table of counts."""

import math
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.history.agreement import DECIDED, Agreement, ReaderFindings, measure_agreement, measure_changes
from dashboard.shared.elements.note import draw_note
from dashboard.shared.formatting import format_count
from dashboard.shared.markup import render
from model.metrics.estimate import Estimate


def draw_agreement(found: Sequence[ReaderFindings]) -> None:
    """Draw how often readers and the model agree, before and after its result was shown."""
    st.header("Do readers and the model agree?")
    if not found:
        st.markdown("No reader has said yet what they see on these radiographs: **Save reading** asks for it.")
        return
    first = measure_agreement([(findings.first, findings.model) for findings in found if findings.blinded])
    last = measure_agreement([(findings.last, findings.model) for findings in found])
    left, middle, right = st.columns(3)
    draw_agreement_rate(left, "Agreement, reader first", first)
    draw_agreement_rate(middle, "Agreement in the end", last)
    changes = measure_changes(found)
    findings = format_count(changes.blinded, "finding")
    whole = f"{findings} given before the model's result, {changes.to_model} changed to the model's"
    draw_proportion(right, "Changed after the model's result", changes.changed, changes.blinded, whole)
    st.html(render("history/agreement_note.html", first=first.undecided, last=last.undecided))
    if last.counts.any():
        st.table(counts_table(last), border="horizontal", hide_index=True)


def draw_agreement_rate(place: DeltaGenerator, title: str, agreement: Agreement) -> None:
    """Draw the proportion that agrees, and Cohen's kappa."""
    value, low, high = agreement.kappa
    known = f"Cohen's kappa {value:.2f} ({low:.2f} to {high:.2f})."
    remark = "Kappa needs both normals and pneumonias." if math.isnan(value) else known
    number = int(agreement.counts.sum())
    draw_proportion(place, title, agreement.rate, number, format_count(number, "reading"), remark)


def draw_proportion(
    place: DeltaGenerator, title: str, proportion: Estimate[float], number: int, whole: str, remark: str = ""
) -> None:
    """Draw a proportion as counts, with its interval; of a single reading there is no percentage.

    Args:
        place: where it is drawn.
        title: of the figure.
        proportion: 0 to 1, NaN of an empty whole.
        number: of what the whole holds.
        whole: what that is.
        remark: a sentence to follow.
    """
    place.metric(title, format_counts(proportion, number), border=True, height="stretch")
    with place:
        draw_note(f"{whole}{format_interval(proportion, number)}. {remark}".strip())


def format_counts(proportion: Estimate[float], number: int) -> str:
    """Return a proportion of a number of things as counts: ``4 of 5``."""
    return f"{round(proportion.value * number):,} of {number:,}" if number else "none yet"


def format_interval(proportion: Estimate[float], number: int) -> str:
    """Return the percentage, of more than one thing, and its interval, to follow a text; nothing of none."""
    if not number:
        return ""
    share = f"{100 * proportion.value:.1f} %, " if number > 1 else ""
    return f": {share}95 % interval {100 * proportion.low:.0f} to {100 * proportion.high:.0f} %"


def counts_table(agreement: Agreement) -> list[dict[str, str]]:
    """Return the counts, readers by row and the model by column."""
    return [
        {
            "In the end": f"Reader: {reader}",
            **{f"Model: {model}": str(count) for model, count in zip(DECIDED, row, strict=True)},
        }
        for reader, row in zip(DECIDED, agreement.counts, strict=True)
    ]
