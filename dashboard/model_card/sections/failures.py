"""Where it fails: the worst misses and false alarms of the test set, by name and score, and what they share."""

import numpy as np
import streamlit as st

from dashboard.model_card.failures import Failure, concentrations, false_alarms, misses, repeats, series_of
from dashboard.model_card.sections.formatting import KINDS
from dashboard.shared.formatting import format_count, format_probability, format_share
from dashboard.shared.resources import load_scores
from model.network.card import Card
from model.network.split_scores import Scores

SHOWN = 10


def draw_failures(card: Card) -> None:
    """Both kinds of error, the worst first."""
    scores, limit = load_scores("test"), card.default_threshold
    missed, alarmed = misses(scores, limit), false_alarms(scores, limit)
    st.markdown(
        f"At the default threshold, on the test set, by how far on the wrong side: **"
        f"{format_count(len(missed), 'missed pneumonia')}** and **{format_count(len(alarmed), 'false alarm')}**. "
        "No picture is shown here; the names are the publisher's, and find the files in the published data set."
    )
    left, right = st.columns(2, gap="large")
    with left:
        draw_list("Missed pneumonias, the least suspected first", missed)
        st.html(f'<p class="lf-note">{misses_in_common(missed, scores, card)}</p>')
    with right:
        draw_list("False alarms, the most suspected first", alarmed)
        st.html(f'<p class="lf-note">{alarms_in_common(alarmed, scores, card)}</p>')
    if repeated := repeats(scores):
        st.html(
            f'<p class="lf-note lf-after">{format_count(repeated, "test radiograph")} of {len(scores)} have the '
            f"probability of another of the same patient to the last decimal: most likely the same picture, "
            f"published twice, and counted twice here.</p>"
        )


def draw_list(title: str, failures: list[Failure]) -> None:
    """The worst of one kind, and how many more there are."""
    st.markdown(f"**{title}**")
    if not failures:
        st.markdown("None.")
        return
    st.table([failure_row(failure) for failure in failures[:SHOWN]], border="horizontal", hide_index=True)
    more = len(failures) - SHOWN
    if more > 0:
        with st.expander(f"{more} more, nearer the threshold"):
            st.html(
                '<p class="lf-note">'
                + "; ".join(f"{stem(one)} ({format_probability(one.probability, 2)})" for one in failures[SHOWN:])
                + ".</p>"
            )


def failure_row(failure: Failure) -> dict[str, str]:
    """A failure as its table shows it; a false alarm shows nothing but a normal chest."""
    kind = {"Shows": KINDS[failure.subtype]} if failure.subtype != "normal" else {}
    return {"Image": stem(failure), **kind, "Probability": format_probability(failure.probability, 2)}


def stem(failure: Failure) -> str:
    """``person154_bacteria_728``."""
    return failure.name.rsplit(".", 1)[0]


def misses_in_common(missed: list[Failure], scores: Scores, card: Card) -> str:
    """What the missed pneumonias share, as far as the scores tell."""
    ill = [kind for kind in scores.subtypes if kind != "normal"]
    kinds = concentrations([failure.subtype for failure in missed], ill)
    if not kinds:
        return "No pneumonia was missed."
    top = kinds[0]
    likely = sum(failure.probability >= 0.5 for failure in missed)
    rescued = sum(failure.others_right > 0 for failure in missed)
    return (
        f"{format_share(top.failures, top.failed)}, are {KINDS[top.kind].lower()}; among all test pneumonias "
        f"{format_share(top.members, top.all)}. {likely} of them lie at one half or above, where a reading is "
        f"shown as doubtful and not as normal. For {rescued}, another radiograph of the same patient raised the "
        f"alarm. {band_words(missed, card)}"
    )


def alarms_in_common(alarmed: list[Failure], scores: Scores, card: Card) -> str:
    """What the false alarms share, as far as names and scores tell."""
    normals = [image for image, label in zip(scores.images, scores.labels, strict=True) if not label]
    series = concentrations([series_of(failure.image) for failure in alarmed], [series_of(one) for one in normals])
    if not series:
        return "No normal raised an alarm."
    top = series[0]
    patients = len({failure.patient for failure in alarmed})
    median = format_probability(float(np.median([failure.probability for failure in alarmed])), 2)
    return (
        f"{format_share(top.failures, top.failed)}, are of the publisher's series {top.kind}; among all test "
        f"normals {format_share(top.members, top.all)}. They are of {format_count(patients, 'patient')}, and half "
        f"of them lie above {median}. {band_words(alarmed, card)}"
    )


def band_words(failures: list[Failure], card: Card) -> str:
    """How many of these errors the policy with two thresholds would hand to a human."""
    band = card.operating_points["band"]
    referred = sum(band.low <= failure.probability < band.high for failure in failures)
    return f"With two thresholds {referred} of the {len(failures)} would go to a human."
