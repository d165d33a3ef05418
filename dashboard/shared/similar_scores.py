"""What a reading was worth: how many radiographs with a score like it had pneumonia, in words."""

from dashboard.shared.formatting import format_threshold
from dashboard.shared.resources import load_scores
from model.metrics.intervals import proportion
from model.metrics.score_bins import ROUND_EDGES, BinCount, ScoreBin, count_in_bin, score_bin
from model.network.policy import Policy


def similar_scores(probability: float, policy: Policy, decimals: int = 1) -> str:
    """Return how many test radiographs in the bin of a probability had pneumonia, and validation beside it.

    Args:
        probability: 0 to 1.
        policy: in force; its thresholds are edges of the bins.
        decimals: of the thresholds, in per cent.
    """
    test, validation = load_scores("test"), load_scores("validation")
    bin = score_bin(probability, policy.thresholds, test.probabilities)
    return similar_scores_text(
        bin,
        count_in_bin(bin, test.labels, test.probabilities),
        count_in_bin(bin, validation.labels, validation.probabilities),
        decimals,
    )


def similar_scores_text(bin: ScoreBin, test: BinCount, validation: BinCount, decimals: int = 1) -> str:
    """Return ``Of 40 test radiographs between 50 % and 90 %, 8 had pneumonia``, its interval and validation."""
    where = format_bin(bin, decimals)
    beside = f"in validation, {validation.positives or 'none'} of {validation.total}"
    if not test.total:
        return f"No test radiograph scored {where}; {beside}."
    share = proportion(test.positives, test.total)
    return (
        f"Of {test.total} test radiographs {where}, {test.positives or 'none'} had pneumonia "
        f"(95 % CI {100 * share.low:.0f} to {100 * share.high:.0f} %); {beside}."
    )


def format_bin(bin: ScoreBin, decimals: int) -> str:
    """Return ``below 10 %``, ``between 10 % and 50 %`` or ``at 96.8 % or above``."""
    low, high = format_edge(bin.low, decimals), format_edge(bin.high, decimals)
    if bin.low == 0:
        return f"below {high}" if bin.high < 1 else "at any probability"
    return f"between {low} and {high}" if bin.high < 1 else f"at {low} or above"


def format_edge(edge: float, decimals: int) -> str:
    """Format an edge of a bin in per cent: a round one without decimals that say nothing."""
    return f"{100 * edge:g} %" if edge in ROUND_EDGES else format_threshold(edge, decimals)
