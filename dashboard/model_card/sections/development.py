"""How the model came to be: data, split, preprocessing, the choice of the recipe, the looks at the test set."""

import json
from dataclasses import asdict

import streamlit as st

from dashboard.comparison.recipe_table import recipe_rows
from dashboard.model_card.formatting import format_recipe
from dashboard.model_card.shared_patients import shared_patients
from dashboard.shared.elements.note import draw_note
from dashboard.shared.elements.wide_table import draw_wide_table
from dashboard.shared.formatting import SUBTYPES, format_count
from dashboard.shared.navigation import COMPARE
from dashboard.shared.resources import load_table
from model.network.card import Card
from model.network.card.sections import SplitSize

SPLITS = {"fit": "Fitted on", "validation": "Validation", "test": "Test"}
COMPARED = ("Means", "Folds", "AUC, worst quarter", "its change", "Moves")


def draw_data(card: Card) -> None:
    """Draw who is in the data, and who is held out."""
    data = card.data
    lungs = f"Lung fields were learnt from masks of others: {data.lung_masks}." if data.lung_masks else ""
    st.markdown(
        f"{data.source}: {data.population}, radiographs of routine care. The publisher removed unreadable "
        f"ones, had two physicians grade the rest and a third check the test set "
        f"(Kermany et al. 2018, doi:10.1016/j.cell.2018.02.010). {lungs}"
    )
    draw_wide_table([split_row(name, data.splits[split]) for split, name in SPLITS.items()], "Splits")
    held_out, fitted = (data.splits[name].patients for name in ("validation", "fit"))
    draw_note(
        "The test set is the publisher's. Validation is drawn from the training folder once, with a fixed seed: "
        f"{100 * held_out / (held_out + fitted):.0f} % of the patients of each kind. Patients in two splits: "
        f"{shared_patients(load_table('splits.csv')) or 'none'}."
    )


def split_row(name: str, split: SplitSize) -> dict[str, str]:
    """Return a split as the table shows it."""
    counts = {title: f"{getattr(split, subtype):,}" for subtype, title in SUBTYPES.items()}
    return {"Split": name, "Radiographs": f"{split.images:,}", "Patients": f"{split.patients:,}", **counts}


def draw_preprocessing(card: Card) -> None:
    """Draw the way from a file to the network's input, and from its output to a probability."""
    st.markdown(
        f"One path serves training, evaluation and this dashboard: {card.preprocessing}, "
        f"{card.input_size} pixels a side, then {card.architecture}. It tells apart "
        f"{', '.join(SUBTYPES[name].lower() for name in card.classes)}; the probability of pneumonia is made "
        f"by {card.calibration.method}. The heat map is {card.heat_map.method}, on one scale "
        f"for all radiographs."
    )


def draw_selection(card: Card) -> None:
    """Draw how the recipe was chosen, without the test set."""
    rows = recipe_rows(load_table("cross_validation.csv"))
    st.markdown(
        f"In two steps. A network that reads whole radiographs was chosen by cross-validation over patients of "
        f"the training folder: {format_count(len(rows), 'way')} of training, each judged on folds that it had not "
        f"seen, as they are and under stress (squeezed, stretched, blurred, sharpened, recompressed, lighter, "
        f"darker, cropped); what counts is the AUC in that quarter of the stresses that hurts most. From it starts "
        f"the one that ships, whose training was steered by whether it reads the lungs, on the validation "
        f"radiographs of that section: its figures there are selected and may flatter. The test set had no say. "
        f"What ships was trained for "
        f"{format_recipe(card.training.recipe)}."
    )
    st.dataframe([{name: row[name] for name in COMPARED} for row in rows], hide_index=True, key="recipes")
    COMPARE.link("The whole comparison")


def draw_looks(_: Card) -> None:
    """Draw every look at the test set."""
    looks = load_table("test_looks.csv")
    st.markdown(
        f"{format_count(len({row['look'] for row in looks}), 'time')}, each written down when it happened. Nothing "
        f"was chosen by what was seen: not the network, nor the epoch, nor the threshold, nor the calibration."
    )
    rows = [{key: value for key, value in row.items() if key != "artifact_sha256"} for row in looks]
    st.dataframe(rows, hide_index=True, key="looks")


def draw_settings(card: Card) -> None:
    """Draw what it takes to make the model again."""
    st.markdown(
        "From published data and weights, by the commands in docs/training.md: a network that reads whole "
        f"radiographs, lung fields, and from both, in {card.training.seconds / 60:.0f} minutes, what ships. "
        "Loading checks each file's SHA-256 against the card and refuses another."
    )
    with st.expander("Settings, versions, digests"):
        st.json(json.dumps({"files": card.files, "training": asdict(card.training), "data": asdict(card.data)}))
