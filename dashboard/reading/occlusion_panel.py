"""Does the probability hang on what the heat map highlights? Measured when somebody asks, beside the picture."""

import streamlit as st

from dashboard.shared.formatting import format_probability
from dashboard.shared.resources import load_card, load_classifier
from model.io.radiograph import Radiograph
from model.network.occlusion import RANDOM, SHARE, Sensitivity

WORDS = (
    f"The hottest {100 * SHARE:g}\N{NO-BREAK SPACE}% of the picture are blurred and the network reads it again; "
    f"then as much elsewhere, {RANDOM} times. If the map is right, hiding what it highlights takes more "
    f"from the odds."
)
COLD = '<p class="lf-note" data-testid="heat-map-test">The heat map is cold: it highlights nothing.</p>'


@st.cache_data(max_entries=64, scope="session", show_spinner="Reading it again with parts blurred")
def measure(_scan: Radiograph, digest: str, frame: int, model_version: str) -> Sensitivity | None:
    """The measurement, kept as long as its reader stays; file, frame and version tell one from another."""
    return load_classifier().sensitivity(_scan)


@st.fragment
def heat_map_test_ui(scan: Radiograph, key: str) -> None:
    """An expander that measures when it is opened, and draws nothing else of the page anew."""
    opened = st.expander(
        "Does the probability hang on what is highlighted?",
        icon=":material/blur_on:",
        key=f"{key}-heat-map-test-{scan.digest}",
        on_change="rerun",
    )
    if opened.open:
        with opened:
            found = measure(scan, scan.digest, scan.frame, load_card().version)
            st.html(found_html(found) if found else COLD)


def found_html(found: Sensitivity) -> str:
    """The three probabilities, what becomes of the odds, and what that says."""
    rows = (
        ("Untouched", format_probability(found.probability), ""),
        (
            "Highlighted tenth blurred",
            format_probability(found.probability_highlighted),
            odds(found.odds_highlighted),
        ),
        ("Random tenth blurred, mean", format_probability(found.probability_random), odds(found.odds_random)),
    )
    cells = "".join(f"<dt>{name}</dt><dd><b>{shown}</b>{change}</dd>" for name, shown, change in rows)
    return (
        f'<p class="lf-note" data-testid="heat-map-test">{verdict(found)}</p><dl class="lf-facts">{cells}</dl>'
        f'<p class="lf-note">{WORDS}</p>'
    )


def odds(factor: float) -> str:
    """What becomes of the odds of pneumonia."""
    if 0.95 < factor < 1.05:
        return ", odds unchanged"
    times = 1 / factor if factor < 1 else factor
    shown = f"{times:.1f}" if times < 10 else f"{times:,.0f}"
    return f", odds divided by {shown}" if factor < 1 else f", odds times {shown}"


def verdict(found: Sensitivity) -> str:
    """How the highlighted tenth compares with the random ones."""
    if found.outdone == RANDOM:
        return (
            f"<b>Yes.</b> Hiding the highlighted tenth takes more from the odds than any of {RANDOM} random ones."
        )
    beginning = "<b>Mostly.</b>" if found.outdone > RANDOM / 2 else "<b>No.</b>"
    return (
        f"{beginning} Hiding the highlighted tenth takes more from the odds than {found.outdone} of {RANDOM} "
        f"random ones do."
    )
