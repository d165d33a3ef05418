"""Where it fails: the worst misses and false alarms of the test set, by name and score, and what they share."""

import numpy as np
import streamlit as st

from dashboard.model_card.failures import (
    Failure,
    concentrations,
    false_negatives,
    false_positives,
    repeats,
    series_of,
)
from dashboard.model_card.tables import draw_table
from dashboard.shared.elements.note import draw_note
from dashboard.shared.formatting import SUBTYPES, format_count, format_probability, format_share
from dashboard.shared.resources import load_scores
from model.network.card import Card
from model.network.split_scores import Scores

SHOWN = 10


def draw_failures(card: Card) -> None:
    """Draw both kinds of error, the worst first."""
    scores, threshold = load_scores("test"), card.default_threshold
    missed, alarms = false_negatives(scores, threshold), false_positives(scores, threshold)
    st.markdown(
        f"At the default threshold, on the test set, by how far on the wrong side: **"
        f"{format_count(len(missed), 'missed pneumonia')}** and **{format_count(len(alarms), 'false alarm')}**. "
        "No picture is shown here; the names are the publisher's, and find the files in the published data set."
    )
    left, right = st.columns(2, gap="large")
    with left:
        draw_list("Missed pneumonias, the least suspected first", missed)
        draw_note(misses_in_common(missed, scores, card))
    with right:
        draw_list("False alarms, the most suspected first", alarms)
        draw_note(alarms_in_common(alarms, scores, card))
    if repeated := repeats(scores):
        draw_note(
            f"{format_count(repeated, 'test radiograph')} of {len(scores)} have the probability of another of the "
            "same patient to the last decimal: most likely the same picture, published twice, and counted twice "
            "here.",
            css_class="lf-after",
        )


def draw_list(title: str, failures: list[Failure]) -> None:
    """Draw the worst of one kind, and how many more there are."""
    st.markdown(f"**{title}**")
    if not failures:
        st.markdown("None.")
        return
    draw_table([failure_row(failure) for failure in failures[:SHOWN]])
    if rest := failures[SHOWN:]:
        with st.expander(f"{len(rest)} more, nearer the threshold"):
            listed = (f"{failure.name} ({format_probability(failure.probability, 2)})" for failure in rest)
            draw_note("; ".join(listed) + ".")


def failure_row(failure: Failure) -> dict[str, str]:
    """Return a failure as its table shows it; a false alarm shows nothing but a normal chest."""
    shows = {"Shows": SUBTYPES[failure.subtype]} if failure.subtype != "normal" else {}
    return {"Image": failure.name, **shows, "Probability": format_probability(failure.probability, 2)}


def misses_in_common(missed: list[Failure], scores: Scores, card: Card) -> str:
    """Return what the missed pneumonias share, as far as the scores tell."""
    pneumonias = [subtype for subtype in scores.subtypes if subtype != "normal"]
    subtypes = concentrations([failure.subtype for failure in missed], pneumonias)
    if not subtypes:
        return "No pneumonia was missed."
    top = subtypes[0]
    likely = sum(failure.probability >= 0.5 for failure in missed)
    found_otherwise = sum(failure.others_right > 0 for failure in missed)
    return (
        f"{format_share(top.failures, top.failed)}, are {SUBTYPES[top.kind].lower()}; among all test pneumonias "
        f"{format_share(top.members, top.all)}. {likely} of them lie at one half or above, where a reading is "
        f"shown as doubtful and not as normal. For {found_otherwise}, another radiograph of the same patient "
        f"raised the alarm. {referred_failures(missed, card)}"
    )


def alarms_in_common(alarms: list[Failure], scores: Scores, card: Card) -> str:
    """Return what the false alarms share, as far as names and scores tell."""
    normals = [series_of(image) for image, label in zip(scores.images, scores.labels, strict=True) if not label]
    series = concentrations([series_of(failure.image) for failure in alarms], normals)
    if not series:
        return "No normal raised an alarm."
    top = series[0]
    patients = len({failure.patient for failure in alarms})
    median = format_probability(float(np.median([failure.probability for failure in alarms])), 2)
    return (
        f"{format_share(top.failures, top.failed)}, are of the publisher's series {top.kind}; among all test "
        f"normals {format_share(top.members, top.all)}. They are of {format_count(patients, 'patient')}, and half "
        f"of them lie above {median}. {referred_failures(alarms, card)}"
    )


def referred_failures(failures: list[Failure], card: Card) -> str:
    """Return how many of these errors the policy with two thresholds refers to a human."""
    band = card.operating_points["band"]
    referred = sum(band.low <= failure.probability < band.high for failure in failures)
    return f"With two thresholds {referred} of the {len(failures)} would go to a human."
