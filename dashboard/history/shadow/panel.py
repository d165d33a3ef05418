"""The page's part on shadow mode: the two tables to bring, agreement, the months, and the list of disagreements."""

import math
from collections.abc import Sequence

import streamlit as st

from dashboard.history.agreement_panel import format_counts, format_interval
from dashboard.history.shadow.comparison import (
    ShadowMonth,
    ShadowPair,
    by_month,
    concordance,
    disagreements,
    pair_up,
)
from dashboard.history.shadow.tables import ModelReading, UnusableTable, read_model_readings, read_reports
from dashboard.history.store import KeptReading
from dashboard.shared.csv_files import csv_bytes, defuse_formula
from dashboard.shared.elements.note import draw_note
from dashboard.shared.elements.wide_table import draw_wide_table
from dashboard.shared.formatting import escape_markdown, format_count, format_probability, format_thresholds
from dashboard.shared.observability.activity import recorded
from dashboard.shared.policy import policy_in_force
from dashboard.shared.resources import load_card, load_scores
from model.network.card import KERAS_FILE
from model.network.policy import Policy

SHOWN = 50
"""Disagreements on the page; the file holds all."""


def draw_shadow(rows: Sequence[KeptReading]) -> None:
    """Draw shadow mode: reports as a CSV against the model's readings, those saved here or a CSV's."""
    with st.expander("Shadow mode: radiologists' reports against what the model would have said"):
        st.markdown(
            "The model reads in the background and nobody sees it; the reports tell how it would have done. "
            "Bring the reports as a CSV with the columns `sha256` (of the file) or `accession`, `word` (normal, "
            "pneumonia or unsure) and, if you like, `date`."
        )
        left, right = st.columns(2)
        reports = left.file_uploader("Reports (CSV)", type="csv", key="shadow_reports")
        readings = right.file_uploader(
            "The model's readings: the CSV of model.score, or none for those saved here",
            type="csv",
            key="shadow_readings",
        )
        if reports is None:
            return
        try:
            kind, found = read_reports(reports.getvalue())
            model_kind, model = (
                saved_readings(rows) if readings is None else read_model_readings(readings.getvalue())
            )
            if kind != model_kind:
                raise UnusableTable(
                    f"Expected one column to join both tables by; received {kind} in the reports and {model_kind} "
                    f"in the readings. Add the column {kind} to the readings."
                )
        except UnusableTable as problem:
            st.error(escape_markdown(str(problem)), icon=":material/block:")
            return
        policy = policy_in_force()
        pairs, unmatched = pair_up(found, model, policy.low, policy.high)
        draw_comparison(pairs, unmatched, policy)


def saved_readings(rows: Sequence[KeptReading]) -> tuple[str, list[ModelReading]]:
    """Return the history's readings by the network in use, by the digest of their file."""
    network = load_card().files[KERAS_FILE]
    of_network = [row for row in rows if row.network == network]
    return "sha256", [ModelReading(row.digest, row.probability, not row.warnings) for row in of_network]


def draw_comparison(pairs: Sequence[ShadowPair], unmatched: int, policy: Policy) -> None:
    """Draw agreement in all, every month, and where report and model differ."""
    st.markdown(summary(pairs, unmatched, policy))
    if not pairs:
        return
    months = by_month(pairs, load_scores("validation").probabilities)
    draw_wide_table([month_row(month) for month in months], "Months")
    draw_note("Drift: whether the month's probabilities differ from validation's, by two tests together at 1 %.")
    differing = disagreements(pairs)
    if not differing:
        return
    st.markdown(f"**{format_count(len(differing), 'disagreement')}**, what would have been missed first:")
    draw_wide_table([pair_row(pair) for pair in differing[:SHOWN]], "Disagreements")
    st.download_button(
        "All disagreements (CSV)",
        recorded("disagreements (CSV)", lambda: disagreements_csv(differing)),
        file_name="lungfield-disagreements.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/table:",
        key="shadow_disagreements",
    )


def disagreements_csv(pairs: Sequence[ShadowPair]) -> bytes:
    """Return pairs of report and model as CSV."""
    return csv_bytes(
        ("key", "date", "report", "probability", "model"),
        (
            (defuse_formula(pair.key), pair.day or "", pair.report, f"{pair.probability:.7f}", pair.model.value)
            for pair in pairs
        ),
    )


def summary(pairs: Sequence[ShadowPair], unmatched: int, policy: Policy) -> str:
    """Return agreement in all, in Markdown."""
    lost = f" {format_count(unmatched, 'report')} had no reading of the model." if unmatched else ""
    if not pairs:
        return f"No report belongs to a reading of the model.{lost}"
    agreement = concordance(pairs)
    number = int(agreement.counts.sum())
    kappa = agreement.kappa
    remark = (
        ""
        if math.isnan(kappa.value)
        else f" Cohen's kappa {kappa.value:.2f} ({kappa.low:.2f} to {kappa.high:.2f})."
    )
    return (
        f"With the alarm from {format_thresholds(policy.lower, policy.high)}, report and model agree on "
        f"**{format_counts(agreement.rate, number)}**{format_interval(agreement.rate, number)}.{remark} The model "
        f"would have missed **{sum(pair.missed for pair in pairs):,}** reported pneumonias and raised "
        f"**{format_count(sum(pair.false_alarm for pair in pairs), 'false alarm')}**; "
        f"{agreement.undecided:,} were unsure or for a human.{lost}"
    )


def month_row(month: ShadowMonth) -> dict[str, str]:
    """Return a month as the table shows it."""
    number = int(month.agreement.counts.sum())
    drift = "too few" if month.drift is None else "found" if month.drift.found else "not found"
    return {
        "Month": month.month,
        "Radiographs": f"{len(month.pairs):,}",
        "Reported pneumonia": f"{sum(pair.report == 'pneumonia' for pair in month.pairs):,}",
        "Agree": format_counts(month.agreement.rate, number),
        "Missed": f"{sum(pair.missed for pair in month.pairs):,}",
        "False alarms": f"{sum(pair.false_alarm for pair in month.pairs):,}",
        "Unsure or for a human": f"{month.agreement.undecided:,}",
        "Drift": drift,
    }


def pair_row(pair: ShadowPair) -> dict[str, str]:
    """Return a disagreement, a missed pneumonia or a false alarm, as the table shows it."""
    return {
        "Radiograph": pair.key[:24],
        "Date": "" if pair.day is None else f"{pair.day}",
        "Report": pair.report,
        "Model": f"{'no alarm' if pair.missed else 'alarm'}, {format_probability(pair.probability)}",
    }
