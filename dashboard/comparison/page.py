"""Compare: the road from a fully connected net to the shipped network, and the effect of each step."""

from typing import Any

import numpy as np
import streamlit as st
from markupsafe import Markup

from dashboard.comparison.charts import ladder_chart, learning_curve_chart, roc_chart
from dashboard.comparison.lung_reading import asked_rows, estimate, lung_chart, step_titles, table_row
from dashboard.comparison.recipe_table import AUGMENTATIONS, recipe_rows
from dashboard.shared.elements.charts import draw_chart
from dashboard.shared.elements.note import draw_note
from dashboard.shared.formatting import format_estimate
from dashboard.shared.resources import load_card, load_ladder, load_ladder_scores, load_table
from model.metrics.estimate import Estimate

FIGURES = {"auc": "AUC", "accuracy": "accuracy", "recall": "recall"}
CURVES = {"auc": "AUC", "accuracy": "accuracy", "loss": "loss"}
FIRST_COMPARED = ("fully_connected", "cnn", "frozen", "finetuned", "whole_radiograph", "shipped")
"""Steps whose ROC curves are drawn at first."""


def main() -> None:
    """Draw the page."""
    rows = load_ladder()
    titles = step_titles(rows)
    draw_introduction(rows)
    draw_ladder(rows, titles)
    draw_lung_reading(rows, titles)
    draw_learning_curves(rows, titles)
    draw_roc(titles)
    draw_recipes(load_table("cross_validation.csv"))


def draw_introduction(rows: list[dict[str, str]]) -> None:
    first, last = rows[0], rows[-1]
    st.title("Compare")
    st.markdown(
        f"{len(rows)} networks, each trained for this page, from **{first['about'].lower()}** "
        f"(AUC {float(first['test_auc']):.3f} on the test set) to **{last['about'].lower()}** "
        f"({float(last['test_auc']):.3f}). Each decides at its own threshold, fixed on validation so that a new "
        f"pneumonia is found with a probability of at least {100 * load_card().target_recall:g} %. "
        f"Nothing was chosen by the test set.{body_reader(rows)}"
    )


def body_reader(rows: list[dict[str, str]]) -> str:
    """Say why a step does not ship that scores higher on test, if one does and reads the body."""
    best = max(rows, key=lambda row: float(row["test_auc"]))
    follows = estimate(best, "lungs_moved").value if asked_rows([best]) else np.nan
    if best is rows[-1] or not follows < 0.5:
        return ""
    return (
        f" Step {rows.index(best) + 1} scores higher ({float(best['test_auc']):.3f}) and does not ship: it reads "
        "the body and not the lungs, and may fail where children lie or are framed otherwise. See “Lungs or body”."
    )


def draw_ladder(rows: list[dict[str, str]], titles: dict[str, str]) -> None:
    """Draw the effect of each step: the chart, and the table behind it."""
    st.header("Effect of each step")
    figure = figure_ui("Figure", FIGURES, "ladder_figure")
    draw_chart(ladder_chart(rows, list(titles.values()), figure, FIGURES[figure]), key="ladder_chart")
    draw_note(
        "Lines are 95 % intervals on test: DeLong's for the AUC, Wilson's for shares. "
        "Validation patients come from the same folder as those trained on and are easy: validation flatters."
    )
    table = [step_row(row, titles[row["name"]], shipped=row is rows[-1]) for row in rows]
    st.dataframe(table, hide_index=True, width="stretch", key="ladder_table")
    draw_note(
        "Against the shipped network, on the same test images: what it adds to the AUC with the "
        "p-value of DeLong's test, and the p-value of McNemar's exact test that both err equally often."
    )


def step_row(row: dict[str, str], title: str, shipped: bool) -> dict[str, Any]:
    """Return a step as the table shows it, from its row of ``data/ladder.csv``."""

    def measured(figure: str) -> str:
        return format_estimate(Estimate(*(float(row[f"test_{figure}{end}"]) for end in ("", "_low", "_high"))))

    return {
        "Step": title,
        "Side, px": int(row["input_size"]),
        "Augmentation": AUGMENTATIONS[row["augmentation"]],
        "Parameters": f"{int(row['parameters']):,}",
        "s an epoch": float(row["seconds_per_epoch"]),
        "AUC, train": float(row["train_auc"]),
        "AUC, validation": float(row["validation_auc"]),
        "AUC, test": measured("auc"),
        "Accuracy, test": measured("accuracy"),
        "Recall, test": measured("recall"),
        "Shipped adds to AUC": "" if shipped else f"{float(row['shipped_auc_gain']):+.3f} (p {row['delong_p']})",
        "McNemar": "" if shipped else f"p {row['mcnemar_p']}",
    }


def draw_lung_reading(rows: list[dict[str, str]], titles: dict[str, str]) -> None:
    """Draw whether each step reads the lungs or the body around them."""
    asked = asked_rows(rows)
    if not asked:
        return
    st.header("Lungs or body")
    st.markdown(
        "Children with pneumonia lie, are framed and are exposed differently, and a network can read that instead "
        "of the lungs. So lungs were set into the body of a child with the other diagnosis, and painted over: a "
        "network that reads lungs keeps to their diagnosis there, and knows nothing here."
    )
    names = [titles[row["name"]] for row in asked]
    draw_chart(lung_chart(asked, names), key="lung_chart")
    table = [table_row(row, name) for row, name in zip(asked, names, strict=True)]
    st.dataframe(table, hide_index=True, width="stretch", key="lung_table")
    draw_note(
        "Areas under the ROC curve for the label of the lungs, on validation radiographs whose lungs people drew, "
        "with 95 % intervals. Evidence: Grad-CAM of pneumonias; a fully connected network has no map."
    )


def draw_learning_curves(rows: list[dict[str, str]], titles: dict[str, str]) -> None:
    """Draw train against validation, for one step."""
    st.header("Which overfits")
    epochs = load_table("learning_curves.csv")
    trained = {epoch["name"] for epoch in epochs}
    by_name = {row["name"]: row for row in rows if row["name"] in trained}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("Step", list(by_name), format_func=titles.__getitem__, key="curve_step")
        figure = figure_ui("Curve", CURVES, "curve_figure")
    curve = [epoch for epoch in epochs if epoch["name"] == name]
    draw_chart(learning_curve_chart(curve, figure, CURVES[figure]), key="curve")
    train, validation, test = (float(by_name[name][f"{split}_auc"]) for split in ("train", "validation", "test"))
    draw_note(
        f"AUC {train:.3f} on train, {validation:.3f} on validation, {test:.3f} on test. While learning, train is "
        "measured on augmented views and with dropout, so its curve may run below validation's."
    )


def figure_ui(label: str, figures: dict[str, str], key: str) -> str:
    """Draw the choice of a figure, by its column; return the chosen one, at first the AUC."""
    chosen = st.segmented_control(label, list(figures), format_func=figures.__getitem__, default="auc", key=key)
    return chosen or "auc"


def draw_roc(titles: dict[str, str]) -> None:
    """Draw ROC curves on test, overlaid."""
    st.header("ROC curves on the test set")
    chosen = st.multiselect(
        "Steps",
        list(titles),
        default=[name for name in FIRST_COMPARED if name in titles],
        format_func=titles.__getitem__,
        key="roc_steps",
    )
    labels, scores = load_ladder_scores("test")
    draw_chart(roc_chart(labels, {titles[name]: scores[name] for name in chosen}), key="roc")


def draw_recipes(folds: list[dict[str, str]]) -> None:
    """Draw how one way of training compares with another, from the rows of ``data/cross_validation.csv``."""
    st.header("How means are compared")
    st.markdown(
        "What might better the network is compared without the test set: by cross-validation over folds of "
        "patients, on the radiographs as they are and under stress (squeezed, stretched, blurred, "
        "sharpened, recompressed, lighter, darker, cropped). *Worst quarter* is the mean over that quarter of "
        "the stresses that hurts most. Each line changes one thing of the first; training is short and on "
        "small images, so differences count, not levels. The fold *earliest* holds the patients of the lowest "
        "numbers: another time, and so a harder one."
    )
    st.dataframe(recipe_rows(folds), hide_index=True, width="stretch", key="recipes")
    draw_note(
        Markup(
            "Changes against the first line that was trained as long are means over the folds that both have "
            "\N{PLUS-MINUS SIGN} one standard error. <i>Moves</i>: mean change of the probability under stress, "
            "in percentage points."
        )
    )


if __name__ == "__main__":
    main()
