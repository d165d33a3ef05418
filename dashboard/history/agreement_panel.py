"""The page's part on agreement: three proportions, how to take them, and the table of counts."""

import math
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.history.agreement import DECIDED, Agreement, ReaderFindings, measure_agreement, measure_changes
from dashboard.shared.formatting import format_count
from dashboard.shared.markup import render
from model.metrics.estimate import Estimate


def draw_agreement(found: Sequence[ReaderFindings]) -> None:
    """Draw how often readers and the model agree, before and after its result was shown."""
    st.header("Do readers and the model agree?")
    if not found:
        st.markdown("No reader has given a word on these readings yet: **Keep this reading** asks for one.")
        return
    first = measure_agreement([(findings.first, findings.model) for findings in found if findings.blinded])
    last = measure_agreement([(findings.last, findings.model) for findings in found])
    left, middle, right = st.columns(3)
    draw_agreement_rate(left, "Agreement, word given first", first)
    draw_agreement_rate(middle, "Agreement in the end", last)
    changes = measure_changes(found)
    words = format_count(changes.blinded, "word")
    whole = f"{words} given before the model's result, {changes.to_model} changed to its finding"
    draw_proportion(right, "Changes of mind", changes.changed, whole)
    st.html(render("history/agreement_note.html", first=first.undecided, last=last.undecided))
    if last.counts.any():
        st.table(counts_table(last), border="horizontal", hide_index=True)


def draw_agreement_rate(place: DeltaGenerator, title: str, agreement: Agreement) -> None:
    """Draw the proportion that agrees, and Cohen's kappa."""
    value, low, high = agreement.kappa
    known = f"Cohen's kappa {value:.2f} ({low:.2f} to {high:.2f})."
    remark = "Kappa needs both normals and pneumonias." if math.isnan(value) else known
    draw_proportion(place, title, agreement.rate, format_count(agreement.counts.sum(), "reading"), f". {remark}")


def draw_proportion(
    place: DeltaGenerator, title: str, proportion: Estimate[float], whole: str, remark: str = ""
) -> None:
    """Draw a proportion of a whole, NaN of an empty one, with its interval."""
    unknown = math.isnan(proportion.value)
    shown = "none yet" if unknown else f"{100 * proportion.value:.1f} %"
    interval = "unknown" if unknown else f"{100 * proportion.low:.0f} to {100 * proportion.high:.0f} %"
    place.metric(title, shown, border=True, height="stretch")
    place.caption(f"of {whole}; 95 % interval {interval}{remark}")


def counts_table(agreement: Agreement) -> list[dict[str, str]]:
    """Return the counts, readers by row and the model by column."""
    return [
        {
            "In the end": f"Reader: {reader}",
            **{f"Model: {model}": str(count) for model, count in zip(DECIDED, row, strict=True)},
        }
        for reader, row in zip(DECIDED, agreement.counts, strict=True)
    ]
