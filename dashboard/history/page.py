"""History: the readings that were kept, how well readers and the model agree, and whether the scores drift."""

from collections.abc import Sequence
from typing import Any

import streamlit as st
from markupsafe import Markup

from dashboard.history.agreement import DECIDED, Agreement, Changes, Opinion, agreement, changes, opinions
from dashboard.history.charts import counts_chart, drift_chart
from dashboard.history.counts_over_time import counts_over_time
from dashboard.history.csv_file import history_csv
from dashboard.history.database import UnusableDatabase
from dashboard.history.drift import LEVEL, Drift, measure_drift
from dashboard.history.keep_form import WORD_TITLES, Kept, corrected, word_ui
from dashboard.history.load_history import load_history
from dashboard.history.store import (
    LONGEST_COMMENT,
    NO_WORD,
    WORDS,
    History,
    InvalidReading,
    KeptReading,
    Search,
)
from dashboard.shared.charts import draw_chart
from dashboard.shared.csv_files import defuse_formula
from dashboard.shared.empty_state import draw_empty_state
from dashboard.shared.findings import FINDINGS
from dashboard.shared.formatting import (
    decimals_apart,
    escape_markdown,
    format_count,
    format_probability,
    format_thresholds,
)
from dashboard.shared.navigation import READ
from dashboard.shared.resources import load_card, load_samples, load_scores
from model.metrics.estimate import Estimate
from model.network.card import KERAS_FILE, Card
from model.network.finding import DECISIONS, doubted
from model.network.policy import policy_title

# Readings below which a test of drift finds only the grossest.
FEW = 30


def main() -> None:
    """The page."""
    st.title("History")
    try:
        history = load_history()
        every = history.readings(Search(current=False))
    except UnusableDatabase as problem:
        st.error(escape_markdown(str(problem)), icon=":material/database_off:")
        return
    if not every:
        draw_empty()
        return
    draw_introduction()
    found = search_ui(history, every)
    draw_table(found)
    correction_ui(history, found)
    counted = counted_ui(found, every)
    if not counted:
        st.info("No reading to draw figures from. Widen the search.", icon=":material/search_off:")
        return
    draw_counts(counted)
    draw_agreement(opinions(counted, every))
    draw_drift(counted, load_card())


def draw_empty() -> None:
    """Draw what will stand here, and the way to it."""
    draw_empty_state(
        "No reading kept yet",
        Markup(
            "Open a radiograph, say what you see, and press <b>Keep this reading</b>. From then on this page shows "
            "how often you and the model agree, how often a word is changed after the model's, and whether its "
            "probabilities still look as they did on validation."
        ),
        "Kept are numbers and words: a digest of the file, the model's result, your word and comment. Never the "
        "picture, its name or the patient's.",
    )
    with st.container(horizontal=True, horizontal_alignment="center"):
        READ.link("Read a radiograph")


def draw_introduction() -> None:
    st.html(
        '<p class="lf-note">What was kept of each reading: numbers and words, no picture and no name. Nothing is '
        "ever changed or removed; a correction is a row of its own. Times are UTC.</p>"
    )


def search_ui(history: History, every: Sequence[KeptReading]) -> list[KeptReading]:
    """The readings that the fields above the table ask for."""
    titles = {finding.value: FINDINGS[finding].short for finding in DECISIONS}
    versions = sorted({row.model_version for row in every})
    with st.container(horizontal=True, vertical_alignment="bottom", key="history-search"):
        digest = st.text_input("File's SHA-256 begins with", key="history-digest", max_chars=64, width=210)
        finding = choice_ui("Model's finding", DECISIONS, titles, "history-finding")
        word = choice_ui("Reader's word", (*WORDS, NO_WORD), WORD_TITLES | {NO_WORD: "None given"}, "history-word")
        since = st.date_input("From", value=None, key="history-since", width=140)
        until = st.date_input("To", value=None, key="history-until", width=140)
        version = choice_ui(
            "Model version", versions, {version: version for version in versions}, "history-version"
        )
        superseded = st.toggle("Corrected ones too", key="history-superseded")
    search = Search(digest, finding, word, since, until, version, current=not superseded)
    return history.readings(search)


def choice_ui(label: str, options: Sequence[str], titles: dict[str, str], key: str) -> str | None:
    """One of the options, or None for any."""
    return st.selectbox(
        label, options, index=None, placeholder="Any", format_func=titles.__getitem__, key=key, width=180
    )


def draw_table(rows: Sequence[KeptReading]) -> None:
    """The readings found, and the same as a file."""
    st.dataframe(
        [table_row(row) for row in rows],
        hide_index=True,
        key="readings",
        column_config={
            "Time": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
            "p of H0": st.column_config.NumberColumn(format="%.3f"),
            "File": st.column_config.TextColumn(width="small"),
        },
    )
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(f'<p class="lf-note" data-testid="found">{format_count(len(rows), "reading")}</p>')
        st.download_button(
            "Download these readings",
            # Made when it is asked for: of many thousand readings it takes a second.
            lambda: history_csv(rows),
            "lungfield_history.csv",
            "text/csv",
            icon=":material/download:",
        )


def table_row(row: KeptReading) -> dict[str, Any]:
    """A row in the table's words."""
    decimals = decimals_apart(row.probability, row.lower_threshold, row.threshold)
    return {
        "Number": row.id,
        "Time": row.time.replace(tzinfo=None),
        "Model": FINDINGS[doubted(row.finding, row.probability)].short,
        "Reader": WORD_TITLES.get(row.word or "", ""),
        "Reader first": bool(row.reader_first),
        "Probability": format_probability(row.probability, decimals),
        "p of H0": row.p_value,
        "Threshold": format_thresholds(row.lower_threshold, row.threshold, decimals=decimals),
        "Policy": policy_title(row.policy, load_card().target_recall),
        "Warnings": row.warnings,
        # The table has its own way out to a spreadsheet.
        "Comment": defuse_formula(row.comment),
        "Corrects": row.corrects,
        "File": row.digest[:12],
        "Frame": row.frame,
        "Version": row.model_version,
    }


def correction_ui(history: History, rows: Sequence[KeptReading]) -> None:
    """Another word or comment for one of the readings found."""
    with st.expander("Correct a reading", icon=":material/edit_note:"):
        by_number = {row.id: row for row in rows}
        number = st.selectbox("Number", by_number, index=None, key="correct", width=140)
        if number is None:
            return
        row = by_number[number]
        with st.form("correction", border=False):
            word = word_ui("The reader's word", f"corrected-word-{number}", row.word)
            comment = st.text_input("Comment", row.comment, LONGEST_COMMENT, key=f"corrected-comment-{number}")
            pressed = st.form_submit_button("Keep the correction", icon=":material/bookmark_add:")
        if pressed:
            correct(history, number, word, comment)


def correct(history: History, number: int, word: str | None, comment: str) -> None:
    """Keep a correction and show the table with it, or say why there is none."""
    try:
        by = history.correct(number, word=word, comment=comment)
    except (InvalidReading, UnusableDatabase) as problem:
        st.error(escape_markdown(str(problem)), icon=":material/block:")
        return
    # The page Read may still show this reading, with what was said of it before.
    corrected(number, Kept(by, word, comment))
    st.toast(f"Kept as number {by}, which corrects {number}.", icon=":material/bookmark_added:")
    st.rerun()


def counted_ui(rows: Sequence[KeptReading], every: Sequence[KeptReading]) -> list[KeptReading]:
    """The readings that the figures are drawn from: each once, and the sample composites where they are wanted."""
    superseded = {row.corrects for row in every}
    current = [row for row in rows if row.id not in superseded]
    samples = {sample["sha256"] for sample in load_samples()}
    of_samples = sum(row.digest in samples for row in current)
    if not of_samples:
        return current
    label = f"Count {format_count(of_samples, 'reading')} of the sample composites in the figures below"
    return current if st.toggle(label, key="samples") else [row for row in current if row.digest not in samples]


def draw_counts(rows: Sequence[KeptReading]) -> None:
    """The bars."""
    over_time = counts_over_time(rows)
    st.header(f"Readings by {over_time.period}")
    draw_chart(counts_chart(over_time), key="counts")


def draw_agreement(found: Sequence[Opinion]) -> None:
    """Readers against the model."""
    st.header("Do readers and the model agree?")
    if not found:
        st.markdown("No reader has given a word on these readings yet: **Keep this reading** asks for one.")
        return
    blind = [(opinion.first, opinion.finding) for opinion in found if opinion.blind]
    first, last = agreement(blind), agreement([(opinion.last, opinion.finding) for opinion in found])
    draw_agreement_figures(first, last, changes(found))
    st.html(f'<p class="lf-note">{agreement_note(first, last)}</p>')
    if last.counts.sum():
        st.table(agreement_table(last), border="horizontal", hide_index=True)


def draw_agreement_figures(first: Agreement, last: Agreement, changed: Changes) -> None:
    """Words given before the model's result beside those that stand in the end."""
    left, middle, right = st.columns(3)
    draw_figure(left, "Agreement, word given first", first.rate, first.counts.sum(), first.kappa)
    draw_figure(middle, "Agreement in the end", last.rate, last.counts.sum(), last.kappa)
    right.metric("Changes of mind", shown_share(changed.changed, changed.blind), border=True, height="stretch")
    right.caption(
        f"of {format_count(changed.blind, 'word')} given before the model's result, {changed.to_model} changed to "
        f"its finding; 95 % interval {shown_range(changed.changed, changed.blind)}"
    )


def draw_figure(place: Any, title: str, rate: Estimate[float], pairs: int, kappa: Estimate[float]) -> None:
    """A share with its interval, and kappa with its own."""
    place.metric(title, shown_share(rate, pairs), border=True, height="stretch")
    place.caption(
        f"of {format_count(pairs, 'reading')}; 95 % interval {shown_range(rate, pairs)}. {shown_kappa(kappa)}"
    )


def shown_share(share: Estimate[float], trials: int) -> str:
    return f"{100 * share.value:.1f} %" if trials else "none yet"


def shown_range(share: Estimate[float], trials: int) -> str:
    return f"{100 * share.low:.0f} to {100 * share.high:.0f} %" if trials else "unknown"


def shown_kappa(kappa: Estimate[float]) -> str:
    """Kappa, where chance leaves room for it."""
    if kappa.value != kappa.value:
        return "Kappa needs both normals and pneumonias."
    return f"Cohen's kappa {kappa.value:.2f} ({kappa.low:.2f} to {kappa.high:.2f})."


def agreement_note(first: Agreement, last: Agreement) -> str:
    """How to take the figures."""
    return (
        f"Who has seen the model's answer tends to give it back, so only words given first, with the switch "
        f"<b>Reader first</b> on the page Read, are a second opinion. Left out are readings in which the reader "
        f"was unsure or the model left it to a human: {first.undecided} of the first, {last.undecided} in the end. "
        f"Agreement is not truth: both may be wrong together. Kappa is 0 where they agree as chance would."
    )


def agreement_table(measured: Agreement) -> list[dict[str, Any]]:
    """Readers by row, the model by column, in the end."""
    return [
        {
            "In the end": f"Reader: {word}",
            **{f"Model: {found}": str(n) for found, n in zip(DECIDED, row, strict=True)},
        }
        for word, row in zip(DECIDED, measured.counts, strict=True)
    ]


def draw_drift(rows: Sequence[KeptReading], card: Card) -> None:
    """The probabilities of late against validation's."""
    st.header("Do the probabilities still look as on validation?")
    latest = one_per_radiograph([row for row in rows if row.network == card.files[KERAS_FILE]])
    if not latest:
        st.markdown("None of these readings is of the network in use; another's probabilities are not comparable.")
        return
    measured = measure_drift([row.probability for row in latest], load_scores("validation").probabilities)
    st.markdown(drift_words(measured))
    draw_chart(drift_chart(measured), key="drift")
    st.html(
        '<p class="lf-note">Each radiograph counts once, and only readings by the network in use. Another share of '
        "children with pneumonia shows here just as another scanner or another age would: a difference is a reason "
        "to look, no proof of a fault, and none found is no proof of the contrary. Only readings that somebody "
        "chose to keep are here.</p>"
    )


def one_per_radiograph(rows: Sequence[KeptReading]) -> list[KeptReading]:
    """The latest reading of each frame of each file: the test takes its readings for independent."""
    return list({(row.digest, row.frame): row for row in sorted(rows, key=lambda row: row.id)}.values())


def drift_words(measured: Drift) -> str:
    """Both tests in plain words."""
    number = len(measured.recent)
    verdict = "They differ from validation's" if measured.found else "No difference from validation's is found"
    few = f" With {format_count(number, 'radiograph')} only the grossest could be." if number < FEW else ""
    return (
        f"**{verdict}** (two tests, together at a level of {100 * LEVEL:g} %).{'' if measured.found else few} "
        f"The widest gap is {100 * measured.distance:.0f} percentage points, at a probability of "
        f"{format_probability(measured.gap)}; were nothing different, one as wide would come up in "
        f"{chance(measured.distance_p)} (Kolmogorov-Smirnov). The population stability index is "
        f"{measured.stability:.2f}; as much would come up in {chance(measured.stability_p)}."
    )


def chance(p_value: float) -> str:
    """``6 of 100 cases``; nothing is rounded to never."""
    if p_value < 0.0001:
        return "less than 1 of 10,000 cases"
    return f"{100 * p_value:.2g} of 100 cases" if p_value < 0.995 else "nearly every case"


if __name__ == "__main__":
    main()
