"""How good it is: discrimination, parts of the splits, calibration."""

import streamlit as st

from dashboard.model_card.charts import reliability_chart
from dashboard.model_card.formatting import SPLITS
from dashboard.model_card.subgroups import auc_against_normals, by_patient, overlap
from dashboard.model_card.tables import draw_split_table
from dashboard.shared.elements.charts import draw_chart
from dashboard.shared.elements.note import draw_note
from dashboard.shared.formatting import format_estimate, format_signed
from dashboard.shared.resources import load_scores
from model.metrics.reliability import reliability_diagram
from model.network.card import Card
from model.network.card.sections import CalibrationMetrics

THRESHOLD_HEADING = "At the default threshold"
FIGURES = {
    "auc": "AUC",
    "recall": "Recall",
    "specificity": "Specificity",
    "precision": "Precision",
    "accuracy": "Accuracy",
}
CALIBRATION = {
    "brier": "Brier score",
    "expected_error": "Expected calibration error",
    "intercept": "Intercept (0 is right)",
    "slope": "Slope (1 is right)",
}
CLOSE = 0.1
"""A slope this near 1, and an intercept this near 0, are right for every use."""


def draw_figures(card: Card) -> None:
    """Draw what was measured, with intervals."""

    def figures(split: str) -> dict[str, str]:
        measured = card.metrics[split]
        estimates = {title: format_estimate(getattr(measured, figure)) for figure, title in FIGURES.items()}
        return {"Measured on": f"{measured.images} images", **estimates}

    draw_split_table(THRESHOLD_HEADING, figures)
    draw_note(
        "95 % intervals: Wilson's, for the AUC DeLong's. Validation patients were held out of "
        "the training folder and are easy; the official test set is another population, and the truer one."
    )


def draw_subgroups(card: Card) -> None:
    """Draw bacterial and viral pneumonia, and patients instead of radiographs."""
    draw_split_table(THRESHOLD_HEADING, lambda split: subgroup_figures(card, split))
    test = card.metrics["test"]
    overlapping = overlap(test.recall_bacteria, test.recall_virus)
    draw_note(
        f"On test the intervals of bacterial and viral recall "
        f"{'overlap: no difference is shown' if overlapping else 'do not overlap'}. A patient is called ill if any "
        f"of the patient's radiographs is; {by_patient(load_scores('test')).several} of {test.patients} test "
        "patients have several, which are alike, so intervals by radiograph are a little too narrow and those by "
        "patient are not. Age and sex are not published."
    )


def subgroup_figures(card: Card, split: str) -> dict[str, str]:
    """Return a split's figures of every part, by title."""
    scores, measured, threshold = load_scores(split), card.metrics[split], card.default_threshold
    patients = by_patient(scores)
    return {
        "AUC, bacterial against normal": format_estimate(auc_against_normals(scores, "bacteria")),
        "AUC, viral against normal": format_estimate(auc_against_normals(scores, "virus")),
        "Recall, bacterial": format_estimate(measured.recall_bacteria),
        "Recall, viral": format_estimate(measured.recall_virus),
        "Patients": f"{len(patients.labels)}, {int(patients.labels.sum())} of them ill",
        "AUC by patient": format_estimate(patients.auc()),
        "Recall by patient": format_estimate(patients.recall(threshold)),
        "Specificity by patient": format_estimate(patients.specificity(threshold)),
    }


def draw_calibration(card: Card) -> None:
    """Draw reliability diagrams of both splits, and the figures that sum them up."""

    def figures(split: str) -> dict[str, str]:
        measured = card.metrics[split].calibration
        return {title: format_signed(getattr(measured, figure), 3) for figure, title in CALIBRATION.items()}

    splits = {split: load_scores(split) for split in SPLITS}
    diagrams = {split: reliability_diagram(own.labels, own.probabilities) for split, own in splits.items()}
    chart, summary = st.columns([3, 2], gap="large")
    with chart:
        draw_chart(reliability_chart(diagrams), key="reliability")
    with summary:
        draw_split_table("Figure", figures)
        st.markdown(
            f"{card.calibration.method}, fitted on validation for a share of "
            f"{100 * card.calibration.prevalence:g} % with pneumonia. On test it "
            f"{calibration_verdict(card.metrics['test'].calibration)} A probability is a promise about children "
            "like those of validation; another hospital should set its own share, and calibrate anew."
        )


def calibration_verdict(calibration: CalibrationMetrics) -> str:
    """Return whether the calibration holds on test, to follow "it"."""
    slope, intercept = calibration.slope, calibration.intercept
    if abs(slope - 1) < CLOSE and abs(intercept) < CLOSE:
        return f"holds, closely: slope {slope:.2f}, intercept {intercept:+.2f}."
    extreme = "too extreme" if slope < 1 else "not extreme enough"
    side = "too high" if intercept < 0 else "too low"
    return (
        f"does not hold: with a slope of {slope:.2f} the probabilities are {extreme}, and with an "
        f"intercept of {intercept:+.2f} they are {side} on the whole."
    )
