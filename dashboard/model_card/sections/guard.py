"""Guard: how much of what the model does not know is warned of."""

import streamlit as st

from dashboard.shared.formatting import format_estimate
from model.network.card import Card
from model.network.card.sections import WarnedShare


def draw_guard(card: Card) -> None:
    """How much of what the model does not know is warned of, and how many radiographs for nothing."""
    guard = card.guard
    plain, named = guard.radiographs, guard.inverted_named
    st.markdown(
        f"Each picture's inner features are compared with the training radiographs' ({guard.method}; each "
        f"radiograph as it is and {guard.disturbed} times with another shape, exposure or sharpness). Beyond "
        f"the {100 * guard.quantile:g}th percentile of validation's distances the model decides nothing. So it "
        f"is for **{plain.number} of {plain.of} test radiographs: {100 * plain.value:.1f} %** (95 % "
        f"interval {100 * plain.low:.1f} to {100 * plain.high:.1f} %). {harmless(guard.harmless)}"
    )
    st.markdown(
        f"Of what is no upright frontal chest, spoilt test radiographs among it, it warns as follows; "
        f"{100 * named.value:.1f} % of the inverted are named as such."
    )
    rows = [
        {
            "Picture": kind.capitalize(),
            "Pictures": str(share.of),
            "Warned of": format_estimate(share.estimate),
        }
        for kind, share in guard.out_of_distribution.items()
    ]
    st.table(rows, border="horizontal", hide_index=True)
    st.html(
        '<p class="lf-note">The hands, limbs and skulls are plain drawings and no radiographs, which may be '
        "easier to tell than real ones. A lateral view and another disease were not tried and may pass: a DICOM "
        "header warns of the first where it says so, and nothing warns of the second.</p>"
    )


def harmless(shares: dict[str, WarnedShare]) -> str:
    """How much is warned of where the diagnosis was left alone."""
    number, total = sum(share.number for share in shares.values()), sum(share.of for share in shares.values())
    worst = max(shares, key=lambda change: shares[change].value)
    return (
        f"Of test radiographs put under {len(shares)} changes that leave the diagnosis alone, such as another "
        f"shape, sharpness or exposure, it warns of {100 * number / total:.1f} %; the most, "
        f"{100 * shares[worst].value:.0f} %, under “{worst}”."
    )
