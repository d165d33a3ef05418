"""Whether the network reads the lungs: in five sentences and one picture."""

import streamlit as st

from dashboard.comparison.lung_reading import asked_rows, estimate, lung_chart, step_titles
from dashboard.model_card.tables import draw_table
from dashboard.shared.elements.charts import draw_chart
from dashboard.shared.elements.note import draw_note
from dashboard.shared.formatting import format_estimate, format_percent_estimate
from dashboard.shared.resources import load_ladder
from model.network.card import Card
from model.network.card.sections import LungReading

SETS = {"twins": "224 pixels a side", "originals": "As published"}


def draw_lungs(card: Card) -> None:
    """Draw what became of the evidence when lungs and body were taken apart, before and now."""
    found = card.lung_reading.get("twins")
    if found is None:
        st.markdown("It was not asked: no drawn lung masks were at hand when it was exported.")
        return
    ladder = load_ladder()
    rows, titles = asked_rows(ladder), step_titles(ladder)
    st.markdown(sentences(found, rows[:-1]))
    draw_chart(lung_chart(rows, [titles[row["name"]] for row in rows]), key="lungs")
    draw_note(
        f"{found.radiographs} validation radiographs whose lungs people drew; none of these patients was trained "
        "on, but the training was steered by these figures, so they may flatter. Each child's lungs stand in "
        "bodies of the other diagnosis. Bars are 95 % intervals (DeLong)."
    )
    draw_table(figure_rows(card))


def sentences(found: LungReading, before: list[dict[str, str]]) -> str:
    """Say in five sentences what the network does where lungs and body disagree; ``before`` are earlier steps."""
    former = (
        f"The network before this one did: with the lungs painted over, its AUC was still "
        f"{estimate(before[-1], 'lungs_grey').value:.2f}. "
        if before
        else ""
    )
    return (
        "A network can tell pneumonia from how a child lies, is framed and is exposed, without looking at the "
        f"lungs. {former}"
        "This one was trained on lungs set into the bodies of other children. Where lungs and body disagree, it "
        f"follows the lungs (AUC {found.lungs_moved.value:.2f}); without lungs it knows little "
        f"(AUC {found.lungs_grey.value:.2f}; 0.50 is guessing). Of the evidence for pneumonia "
        f"{100 * found.inside.value:.0f} % lies within the lungs, and its peak in "
        f"{100 * found.peak_inside.value:.0f} % of radiographs."
    )


def figure_rows(card: Card) -> list[dict[str, str]]:
    """Return every figure with its interval, a column for each set of radiographs."""
    read = {
        "AUC, as it is": lambda one: format_estimate(one.plain),
        "AUC, another child's body moved round the lungs": lambda one: format_estimate(one.body_moved),
        "AUC, lungs moved into another child's outline": lambda one: format_estimate(one.lungs_moved),
        "AUC, lungs painted over (0.5 is best)": lambda one: format_estimate(one.lungs_grey),
        "AUC, outline alone (0.5 is best)": lambda one: format_estimate(one.outline),
        "AUC, lungs alone": lambda one: format_estimate(one.only_lungs),
        "Evidence within the lungs": lambda one: format_percent_estimate(one.inside),
        "Peak of the evidence within the lungs": lambda one: format_percent_estimate(one.peak_inside),
        "Blurring the hottest tenth takes more than a random tenth of the lungs": lambda one: (
            format_percent_estimate(one.deletion)
        ),
        "Radiographs": lambda one: str(one.radiographs),
    }
    rows = [
        {"Question": title, **{SETS[name]: show(one) for name, one in card.lung_reading.items()}}
        for title, show in read.items()
    ]
    overlap = {SETS[name]: format_estimate(one.dice) for name, one in card.lungs.items()}
    return [*rows, {"Question": "Dice coefficient of the lung fields with drawn ones", **overlap}]
