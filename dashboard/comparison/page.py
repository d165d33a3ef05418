"""Compare: the road from a fully connected net to the shipped network, and what each step bought."""

from typing import Any

import streamlit as st

from dashboard.comparison import charts
from dashboard.comparison.recipe_table import recipe_rows
from dashboard.shared.charts import draw_chart
from dashboard.shared.resources import load_card, load_ladder, load_ladder_scores, load_table

FIGURES = {"auc": "AUC", "accuracy": "accuracy", "recall": "recall"}
CURVES = {"auc": "AUC", "accuracy": "accuracy", "loss": "loss"}
AUGMENTATIONS = {
    "none": "none",
    "reference": "shear, zoom, flip",
    "strong": "strong",
    "fifth_plain": "strong, or one in five none",
    "half_augmented": "strong, or every other none",
    "wide": "wide",
    "unstretched": "strong, unstretched",
}


def main() -> None:
    """The page."""
    rows = load_ladder()
    draw_introduction(rows)
    draw_ladder(rows)
    draw_curves(rows)
    draw_roc(rows)
    draw_recipes(load_table("cross_validation.csv"))


def step_name(row: dict[str, str], rows: list[dict[str, str]]) -> str:
    """``4  Small convolutional network``."""
    return f"{rows.index(row) + 1}  {row['about']}"


def draw_introduction(rows: list[dict[str, str]]) -> None:
    first, last = rows[0], rows[-1]
    st.title("Compare")
    st.markdown(
        f"{len(rows)} networks, each trained for this page, from **{first['about'].lower()}** "
        f"(AUC {float(first['test_auc']):.3f} on the test set) to **{last['about'].lower()}** "
        f"({float(last['test_auc']):.3f}). Each decides at its own threshold, fixed on validation so that a new "
        f"pneumonia is found with a probability of at least {100 * load_card().target_recall:g} %. "
        f"Nothing was chosen by the test set."
    )


def draw_ladder(rows: list[dict[str, str]]) -> None:
    """What each step bought: the chart, and the table behind it."""
    st.header("What each step bought")
    figure = st.segmented_control(
        "Figure", list(FIGURES), format_func=FIGURES.__getitem__, default="auc", key="ladder_figure"
    )
    chosen = figure or "auc"
    draw_chart(charts.ladder(rows, chosen, FIGURES[chosen]), key="ladder_chart")
    st.html(
        "<p class=\"lf-note\">Lines are 95 % intervals on test: DeLong's for the AUC, Wilson's for shares. "
        "Validation patients come from the same folder as those trained on and are easy: validation flatters.</p>"
    )
    st.dataframe([table_row(row, rows) for row in rows], hide_index=True, width="stretch", key="ladder_table")
    st.html(
        '<p class="lf-note">Against the shipped network, on the same test images: what it adds to the AUC with the '
        "p-value of DeLong's test, and the p-value of McNemar's exact test that both err equally often.</p>"
    )


def table_row(row: dict[str, str], rows: list[dict[str, str]]) -> dict[str, Any]:
    """A step as the table shows it."""
    shipped = row is rows[-1]
    return {
        "Step": step_name(row, rows),
        "Side, px": int(row["input_size"]),
        "Augmentation": AUGMENTATIONS[row["augmentation"]],
        "Parameters": f"{int(row['parameters']):,}",
        "s an epoch": float(row["seconds_per_epoch"]),
        "AUC, train": float(row["train_auc"]),
        "AUC, validation": float(row["validation_auc"]),
        "AUC, test": with_interval(row, "test_auc"),
        "Accuracy, test": with_interval(row, "test_accuracy"),
        "Recall, test": with_interval(row, "test_recall"),
        "Shipped adds to AUC": "" if shipped else f"{float(row['shipped_auc_gain']):+.3f} (p {row['delong_p']})",
        "McNemar": "" if shipped else f"p {row['mcnemar_p']}",
    }


def with_interval(row: dict[str, str], figure: str) -> str:
    """``0.971 (0.950 to 0.984)``."""
    value, low, high = (float(row[f"{figure}{end}"]) for end in ("", "_low", "_high"))
    return f"{value:.3f} ({low:.3f} to {high:.3f})"


def draw_curves(rows: list[dict[str, str]]) -> None:
    """Train against validation, for one step."""
    st.header("Which overfits")
    curves = load_table("learning_curves.csv")
    by_name = {row["name"]: row for row in rows if row["name"] in {epoch["name"] for epoch in curves}}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Step", list(by_name), format_func=lambda name: step_name(by_name[name], rows), key="curve_step"
        )
        figure = st.segmented_control(
            "Curve", list(CURVES), format_func=CURVES.__getitem__, default="auc", key="curve_figure"
        )
    curve = [epoch for epoch in curves if epoch["name"] == name]
    chosen = figure or "auc"
    draw_chart(charts.learning_curve(curve, chosen, CURVES[chosen]), key="curve")
    row = by_name[name]
    st.html(
        f'<p class="lf-note">AUC {float(row["train_auc"]):.3f} on train, {float(row["validation_auc"]):.3f} on '
        f"validation, {float(row['test_auc']):.3f} on test. While learning, train is measured on augmented "
        f"views and with dropout, so its curve may run below validation's.</p>"
    )


def draw_roc(rows: list[dict[str, str]]) -> None:
    """ROC curves on test, overlaid."""
    st.header("ROC curves on the test set")
    by_name = {row["name"]: row for row in rows}
    names = list(by_name)
    chosen = st.multiselect(
        "Steps",
        names,
        default=[name for name in ("fully_connected", "cnn", "frozen", "finetuned", "shipped") if name in names],
        format_func=lambda name: step_name(by_name[name], rows),
        key="roc_steps",
    )
    labels, scores = load_ladder_scores("test")
    draw_chart(
        charts.roc(labels, {step_name(by_name[name], rows): scores[name] for name in chosen}),
        key="roc",
    )


def draw_recipes(folds: list[dict[str, str]]) -> None:
    """How one way of training is compared with another."""
    st.header("How means are compared")
    st.markdown(
        "What might better the network is compared without the test set: by cross-validation over folds of "
        "patients, on the radiographs as they are and under stress (squeezed, stretched, blurred, "
        "sharpened, recompressed, lighter, darker, cropped). *Worst quarter* is the mean over that quarter of "
        "the stresses that hurts most. Each line changes one thing of the first; training is short and on "
        "small images, so differences count, not levels. The fold *earliest* holds the patients of the lowest "
        "numbers: another time, and so a harder one."
    )
    st.dataframe(
        recipe_rows(folds),
        hide_index=True,
        width="stretch",
        key="recipes",
    )
    st.html(
        '<p class="lf-note">Changes against the first line that was trained as long are means over the folds that '
        "both have \N{PLUS-MINUS SIGN} one standard error. <i>Moves</i>: mean change of the probability under "
        "stress, in percentage points.</p>"
    )


if __name__ == "__main__":
    main()
