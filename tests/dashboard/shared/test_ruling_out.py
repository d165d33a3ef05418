"""The test of H0 in a clinician's words."""

from dashboard.shared.ruling_out import ruling_out


def test_what_is_common_among_pneumonias_cannot_be_ruled_out() -> None:
    assert ruling_out(0.45, 0.05, 99) == (
        "Pneumonia cannot be ruled out (p = 0.450): 44 of 99 validation pneumonias score no higher."
    )


def test_what_is_rare_among_pneumonias_is_called_rare_and_no_more() -> None:
    assert ruling_out(0.05, 0.05, 99) == (
        "Few pneumonias score this low (p = 0.050): 4 of 99 validation pneumonias score no higher."
    )
