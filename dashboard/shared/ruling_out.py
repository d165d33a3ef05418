"""Whether pneumonia can be ruled out: the test of H0, that the person has pneumonia, in a clinician's words."""

from model.metrics.conformal import count_no_higher


def ruling_out(p_value: float, level: float, pneumonias: int) -> str:
    """Return what the conformal p-value of H0 says.

    Args:
        p_value: of the reading, 0 to 1.
        level: at which H0 is rejected.
        pneumonias: number of validation pneumonias that the reading is ranked among.
    """
    rank = f"{count_no_higher(p_value, pneumonias)} of {pneumonias} validation pneumonias score no higher"
    if p_value > level:
        return f"Pneumonia cannot be ruled out (p = {p_value:.3f}): {rank}."
    return f"Few pneumonias score this low (p = {p_value:.3f}): {rank}."
