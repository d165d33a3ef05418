"""The verdict on a radiograph: finding, why, what it was worth, and the figures behind them."""

import numpy as np
from markupsafe import Markup

from dashboard.reading.distribution_strip import count_at_or_above, distribution_strip
from dashboard.reading.prevalence import prevalence, probability_here
from dashboard.reading.warning_text import warning_title, warnings_html
from dashboard.shared.findings import FINDINGS
from dashboard.shared.formatting import decimals_apart, format_deciding_threshold, format_frame, format_probability
from dashboard.shared.markup import render
from dashboard.shared.resources import calibration_prevalence, load_card, load_scores
from dashboard.shared.ruling_out import ruling_out
from dashboard.shared.similar_scores import similar_scores
from model.io.radiograph import Radiograph
from model.metrics.operating_points import operating_points
from model.network.classifier import Reading
from model.network.finding import Finding
from model.network.policy import OWN, Policy


def verdict_html(
    scan: Radiograph, reading: Reading, policy: Policy, *, agreement: str = "", figures: bool = True
) -> Markup:
    """Return the verdict; of a reading with warnings, these stand in place of the finding and its reason.

    Args:
        scan: the radiograph.
        reading: the model's reading of it.
        policy: decides it.
        agreement: how it compares with the reader's own reading, where there is one.
        figures: whether the probability is shown; that of a refused reading is not, until it is asked for.
    """
    finding = policy.finding(reading)
    decimals = decimals_apart(reading.probability, *policy.thresholds)
    if reading.warnings:
        title = warning_title(reading)
        reason, worth = warnings_html(reading, scan.header, load_card().input_size), ""
    else:
        title = FINDINGS[finding].title
        reason = reason_html(finding, policy, decimals)
        worth = similar_scores(reading.probability, policy, decimals)
    return render(
        "reading/verdict.html",
        css_class=FINDINGS[finding].css_class,
        scan=scan,
        frame=format_frame(scan.frame, scan.frames),
        title=title,
        agreement=agreement,
        probability=format_probability(reading.probability, decimals) if figures else "",
        here=here(reading),
        prevalence=prevalence(),
        reason=reason,
        worth=worth,
        strip=distribution_strip(*validation_scores(), reading.probability, policy.thresholds) if figures else "",
    )


def here(reading: Reading) -> str:
    """Return the probability at the hospital's own share of pneumonias; empty where none is set, or none counts."""
    if reading.warnings or prevalence() is None:
        return ""
    return format_probability(probability_here(reading.probability))


def validation_scores() -> tuple[np.ndarray, np.ndarray]:
    """Return the probabilities, 0 to 1, of the validation normals and of the validation pneumonias."""
    validation = load_scores("validation")
    return validation.probabilities[validation.labels == 0], validation.probabilities[validation.labels == 1]


def reason_html(finding: Finding, policy: Policy, decimals: int) -> Markup:
    """Return how the probability lies to the threshold that decided, and where that comes from."""
    threshold = format_deciding_threshold(finding, policy.lower, policy.high, decimals)
    source = threshold_source(finding, policy)
    return Markup(FINDINGS[finding].reason).format(threshold=Markup("<b>{}</b>{}").format(threshold, source))


def threshold_source(finding: Finding, policy: Policy) -> str:
    """Return where the deciding threshold comes from, to follow it in a sentence."""
    if policy.lower is not None:
        ends = {Finding.BETWEEN: "", Finding.PNEUMONIA: ", the upper of two"}
        return ends.get(finding, ", the lower of two")
    if policy.name == OWN:
        return ", set by hand"
    return ", the default" if policy.name == "default" else Markup(", by the policy <i>{}</i>").format(policy.title)


def facts_html(reading: Reading, policy: Policy) -> Markup:
    """Return a name and a sentence for each of ruling out, normals, this hospital and the test set."""
    normals, _ = validation_scores()
    card, test = load_card(), load_scores("test")
    referred, kept = operating_points(test.labels, test.probabilities).referral(policy.low, policy.high)
    return render(
        "reading/facts.html",
        ruling_out=ruling_out(reading.p_value, card.hypothesis.level, len(card.hypothesis.pneumonias)),
        normals=len(normals),
        normals_as_high=count_at_or_above(normals, reading.probability),
        calibrated_at=calibration_prevalence(),
        prevalence=prevalence(),
        probability_here=format_probability(probability_here(reading.probability)),
        test=len(test),
        referred=referred if policy.lower is not None else None,
        kept=kept,
    )
