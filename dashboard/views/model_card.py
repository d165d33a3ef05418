"""Model card: what the model is, how far its numbers hold, and how it came to be."""

import json
from typing import Any

import streamlit as st

from dashboard import charts, charts_randomisation
from dashboard.resources import load_card, load_scores, load_table
from model.card import Card
from model.policies import TITLES, title
from model.reliability import reliability

SPLITS = {"validation": "Validation", "test": "Test"}
FIGURES = {
    "auc": "AUC",
    "recall": "Recall",
    "specificity": "Specificity",
    "precision": "Precision",
    "accuracy": "Accuracy",
    "recall_bacteria": "Recall, bacterial pneumonia",
    "recall_virus": "Recall, viral pneumonia",
}
CALIBRATION = {
    "brier": "Brier score",
    "expected_error": "Expected calibration error",
    "intercept": "Intercept (0 is right)",
    "slope": "Slope (1 is right)",
}


def main() -> None:
    """The page."""
    card = load_card()
    draw_purpose(card)
    draw_figures(card)
    draw_hypothesis(card)
    draw_policies(card)
    draw_calibration(card)
    draw_shortcuts(card)
    draw_guard(card)
    draw_randomisation(card)
    draw_looks(load_table("test_looks.csv"))
    draw_making(card)


def draw_purpose(card: Card) -> None:
    st.title("Model card")
    st.markdown(
        f"Version {card.version} of {card.data['created']}: {card.data['architecture']}. It gives the probability "
        f"that a frontal chest radiograph shows pneumonia, for **{card.data['data']['population']}**. It has seen "
        f"nobody else. It knows no other disease, it is **not a medical device**, and a reading supports a "
        f"radiologist's and never replaces it."
    )


def draw_figures(card: Card) -> None:
    """What was measured, with intervals."""
    st.subheader("How good it is")
    measured = card.data["metrics"]
    rows = [
        {
            "At the default threshold": title,
            **{name: interval(measured[split][figure]) for split, name in SPLITS.items()},
        }
        for figure, title in FIGURES.items()
    ]
    images = {name: f"{measured[split]['images']} images" for split, name in SPLITS.items()}
    st.table([{"At the default threshold": "Measured on", **images}, *rows], border="horizontal", hide_index=True)
    st.html(
        "<p class=\"lf-note\">95 % intervals: Wilson's, for the AUC DeLong's. Validation patients were held out of "
        "the training folder and are easy; the official test set is another population, and the truer one.</p>"
    )


def interval(measured: dict[str, float]) -> str:
    """``0.971 (0.950 to 0.984)``."""
    return f"{measured['value']:.3f} ({measured['low']:.3f} to {measured['high']:.3f})"


def draw_hypothesis(card: Card) -> None:
    """H0 and what rejecting it wrongly costs."""
    st.subheader("H0: the person has pneumonia")
    level, test = card.data["hypothesis"]["level"], card.data["metrics"]["test"]
    error = test["type_i_error"]
    st.markdown(
        f"Normal is only said where H0 is rejected at a level of {100 * level:g} %, which is the same as a recall "
        f"of at least {100 * card.target_recall:g} %. Every reading carries a p-value of H0: its rank among "
        f"{len(card.pneumonias)} validation pneumonias (split-conformal, valid for pneumonias like those whatever "
        f"the network). To reject H0 where it holds, the type I error, is to miss a pneumonia. On the test set "
        f"that happened to **{test['fn']} of {test['fn'] + test['tp']}: {100 * error['value']:.1f} %** "
        f"(95 % interval {100 * error['low']:.1f} to {100 * error['high']:.1f} %)."
    )


def draw_policies(card: Card) -> None:
    """The ways to decide, all fixed on validation, and what each does on test."""
    st.subheader("Ways to decide")
    policies = card.data["operating_points"]
    st.table([policy_row(name, policies[name], card) for name in TITLES], border="horizontal", hide_index=True)
    st.html(
        '<p class="lf-note">Each was fixed on validation; the figures are the test set\'s. Accuracy and recall are '
        "of what no human was asked about.</p>"
    )


def policy_row(name: str, policy: dict[str, Any], card: Card) -> dict[str, str]:
    """A policy as the table shows it."""
    test = policy["metrics"]["test"]
    ends = [policy["low"], policy["high"]] if name == "band" else [policy["threshold"]]
    return {
        "Policy": title(name, card),
        "Threshold": " to ".join(f"{end:.4f}" for end in ends),
        "To a human": f"{100 * test['referred']['value']:.1f} %",
        "Accuracy": interval(test["accuracy"]),
        "Recall": interval(test["recall"]),
        "Missed": str(test["fn"]),
        "False alarms": str(test["fp"]),
    }


def draw_calibration(card: Card) -> None:
    """Reliability diagrams of both splits, and the figures that sum them up."""
    st.subheader("Do the probabilities mean what they say?")
    curves = {split: reliability(load_scores(split).labels, load_scores(split).probabilities) for split in SPLITS}
    picture, figures = st.columns([3, 2], gap="large")
    with picture:
        st.plotly_chart(charts.reliability_diagram(curves), config=charts.plotly_options(), key="reliability")
    with figures:
        measured = card.data["metrics"]
        st.table(
            [
                {"": title, **{name: f"{measured[s]['calibration'][figure]:.3f}" for s, name in SPLITS.items()}}
                for figure, title in CALIBRATION.items()
            ],
            border="horizontal",
            hide_index=True,
        )
        st.markdown(
            f"{card.data['calibration']['method']}, fitted on validation, where it holds by construction. On test "
            f"it {verdict(measured['test']['calibration'])} A probability is a promise about children like those "
            f"of validation; another hospital should calibrate anew."
        )


def verdict(calibration: dict[str, float]) -> str:
    """Calibration on test in words."""
    extreme = "too extreme" if calibration["slope"] < 1 else "not extreme enough"
    side = "too high" if calibration["intercept"] < 0 else "too low"
    return (
        f"does not: with a slope of {calibration['slope']:.2f} the probabilities are {extreme}, and with an "
        f"intercept of {calibration['intercept']:+.2f} they are {side} on the whole."
    )


def draw_shortcuts(card: Card) -> None:
    """How far the probability moves where the diagnosis does not."""
    st.subheader("Does it look at the lungs, or at the file?")
    moves = card.data["shortcuts"]["mean_move"]
    table = load_table("shortcuts.csv")
    versions = [name for name in moves if name in {row["version"] for row in table}]
    changes = list(dict.fromkeys(row["change"] for row in table))
    by_version = {
        f"version {version}": [
            float(row["mean_move"])
            for change in changes
            for row in table
            if row["version"] == version and row["change"] == change
        ]
        for version in versions
    }
    first, last = versions[0], versions[-1]
    st.markdown(
        f"Published normals and pneumonias differ in shape, sharpness and file size. So each validation radiograph "
        f"was stretched, blurred, recompressed and cropped: on average the probability moves by "
        f"**{100 * moves[last]:.2f} percentage points** (version {first}: {100 * moves[first]:.2f})."
    )
    st.plotly_chart(charts.movement(changes, by_version), config=charts.plotly_options(), key="movement")
    if same := card.data.get("resolution"):
        st.markdown(
            f"{same['radiographs']} radiographs were read as published, up to several megabytes each, and squeezed "
            f"to {card.input_size} pixels beforehand: the decision is the same for {same['same_decision']}, the "
            f"median difference of the probabilities is {same['median_difference']:.4f}."
        )


def draw_guard(card: Card) -> None:
    """How much of what the model does not know is warned of, and how many radiographs for nothing."""
    st.subheader("Does it know what it does not know?")
    guard = card.data["guard"]
    plain, named = guard["radiographs"], guard["inverted_named"]
    st.markdown(
        f"Each picture's inner features are compared with the training radiographs' ({guard['method']}); beyond "
        f"the {100 * guard['quantile']:g}th percentile of validation's distances the model decides nothing. So it "
        f"is for **{plain['number']} of {plain['of']} test radiographs: {100 * plain['value']:.1f} %** (95 % "
        f"interval {100 * plain['low']:.1f} to {100 * plain['high']:.1f} %). Of what is no upright frontal chest, "
        f"spoilt test radiographs among it, it warns as follows; {100 * named['value']:.1f} % of the inverted are "
        f"named as such."
    )
    rows = [
        {
            "Picture": kind.capitalize(),
            "Pictures": str(share["of"]),
            "Warned of": interval(share),
        }
        for kind, share in guard["oddities"].items()
    ]
    st.table(rows, border="horizontal", hide_index=True)
    st.html(
        '<p class="lf-note">The hands, limbs and skulls are plain drawings and no radiographs, which may be '
        "easier to tell than real ones. A lateral view and another disease were not tried and may pass: a DICOM "
        "header warns of the first where it says so, and nothing warns of the second.</p>"
    )


def draw_randomisation(card: Card) -> None:
    """Whether the heat map shows what the network has learned."""
    measured = card.data.get("randomisation")
    if not measured:
        return
    st.subheader("Does the heat map show what was learned?")
    last = measured["stages"][-1]["spearman"]
    st.markdown(
        f"The layers of the network are shuffled from the top, one group after the other, and the heat maps of "
        f"{measured['radiographs']} validation pneumonias compared with the trained network's (Adebayo et al. "
        f"2018). A map that drew the radiograph's edges would stay as it is. With every layer shuffled the rank "
        f"correlation is **{last['value']:.2f}** ({last['low']:.2f} to {last['high']:.2f} in {measured['draws']} "
        f"draws); the test, which asks for at most {measured['largest']:g} on either side of 0, is "
        f"**{'passed' if measured['passed'] else 'not passed'}**."
    )
    chart = charts_randomisation.randomisation(measured["stages"])
    st.plotly_chart(chart, config=charts.plotly_options(), key="randomisation")


def draw_looks(looks: list[dict[str, str]]) -> None:
    """Every look at the test set."""
    st.subheader("How often the test set was looked at")
    number = len({row["look"] for row in looks})
    st.markdown(
        f"{number} {'time' if number == 1 else 'times'}, each written down when it happened. Nothing was chosen by "
        f"what was seen: not the network, nor the epoch, nor the threshold, nor the calibration."
    )
    st.dataframe(
        [{key: value for key, value in row.items() if key != "artifact_sha256"} for row in looks],
        hide_index=True,
        key="looks",
    )


def draw_making(card: Card) -> None:
    """What it takes to make it again."""
    training = card.data["training"]
    with st.expander(f"How it was made, in {training['seconds'] / 60:.0f} minutes: settings, versions, digests"):
        st.json(json.dumps({"files": card.data["files"], "training": training, "data": card.data["data"]}))


main()
