"""How good it is: discrimination, parts of the splits, calibration."""

import streamlit as st

from dashboard.model_card import charts
from dashboard.model_card.sections.formatting import SPLITS
from dashboard.model_card.subgroups import auc_against_normals, by_patient, overlap
from dashboard.shared.charts import draw_chart
from dashboard.shared.formatting import format_estimate, format_signed
from dashboard.shared.resources import load_scores
from model.metrics.reliability import reliability_diagram
from model.network.card import Card
from model.network.card.sections import CalibrationMetrics
from model.network.split_scores import Scores

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


def draw_figures(card: Card) -> None:
    """What was measured, with intervals."""
    measured = card.metrics
    rows = [
        {
            "At the default threshold": title,
            **{name: format_estimate(getattr(measured[split], figure)) for split, name in SPLITS.items()},
        }
        for figure, title in FIGURES.items()
    ]
    images = {name: f"{measured[split].images} images" for split, name in SPLITS.items()}
    st.table([{"At the default threshold": "Measured on", **images}, *rows], border="horizontal", hide_index=True)
    st.html(
        "<p class=\"lf-note\">95 % intervals: Wilson's, for the AUC DeLong's. Validation patients were held out of "
        "the training folder and are easy; the official test set is another population, and the truer one.</p>"
    )


def draw_subgroups(card: Card) -> None:
    """Bacterial and viral pneumonia, and patients instead of radiographs."""
    columns = {name: subgroup_figures(card, split, load_scores(split)) for split, name in SPLITS.items()}
    titles = list(columns["Test"])
    st.table(
        [
            {"At the default threshold": title, **{name: own[title] for name, own in columns.items()}}
            for title in titles
        ],
        border="horizontal",
        hide_index=True,
    )
    test = card.metrics["test"]
    told = overlap(test.recall_bacteria, test.recall_virus)
    several = by_patient(load_scores("test")).several
    st.html(
        f'<p class="lf-note">On test the intervals of bacterial and viral recall '
        f"{'overlap: no difference is shown' if told else 'do not overlap'}. A patient is called ill if any of the "
        f"patient's radiographs is; {several} of {test.patients} test patients have several, which are alike, "
        "so intervals by radiograph are a little too narrow and those by patient are not. Age and sex are not "
        f"published.</p>"
    )


def subgroup_figures(card: Card, split: str, scores: Scores) -> dict[str, str]:
    """A split's column of the table of parts."""
    measured, patients, limit = card.metrics[split], by_patient(scores), card.default_threshold
    return {
        "AUC, bacterial against normal": format_estimate(auc_against_normals(scores, "bacteria")),
        "AUC, viral against normal": format_estimate(auc_against_normals(scores, "virus")),
        "Recall, bacterial": format_estimate(measured.recall_bacteria),
        "Recall, viral": format_estimate(measured.recall_virus),
        "Patients": f"{len(patients.labels)}, {int(patients.labels.sum())} of them ill",
        "AUC by patient": format_estimate(patients.auc()),
        "Recall by patient": format_estimate(patients.recall(limit)),
        "Specificity by patient": format_estimate(patients.specificity(limit)),
    }


def draw_calibration(card: Card) -> None:
    """Reliability diagrams of both splits, and the figures that sum them up."""
    splits = {split: load_scores(split) for split in SPLITS}
    curves = {split: reliability_diagram(own.labels, own.probabilities) for split, own in splits.items()}
    picture, figures = st.columns([3, 2], gap="large")
    with picture:
        draw_chart(charts.reliability_diagram(curves), key="reliability")
    with figures:
        measured = card.metrics
        st.table(
            [
                {
                    "Figure": title,
                    **{
                        name: format_signed(getattr(measured[s].calibration, figure), 3)
                        for s, name in SPLITS.items()
                    },
                }
                for figure, title in CALIBRATION.items()
            ],
            border="horizontal",
            hide_index=True,
        )
        st.markdown(
            f"{card.calibration.method}, fitted on validation, where it holds by construction. On test "
            f"it {verdict(measured['test'].calibration)} A probability is a promise about children like those "
            f"of validation; another hospital should calibrate anew."
        )


def verdict(calibration: CalibrationMetrics) -> str:
    """Calibration on test in words; ``CLOSE`` is as near as nobody need mind."""
    if abs(calibration.slope - 1) < CLOSE and abs(calibration.intercept) < CLOSE:
        return f"does so too, closely: slope {calibration.slope:.2f}, intercept {calibration.intercept:+.2f}."
    extreme = "too extreme" if calibration.slope < 1 else "not extreme enough"
    side = "too high" if calibration.intercept < 0 else "too low"
    return (
        f"does not: with a slope of {calibration.slope:.2f} the probabilities are {extreme}, and with an "
        f"intercept of {calibration.intercept:+.2f} they are {side} on the whole."
    )
