"""How each finding is shown: the one table of titles, reasons, colours and icons, in the order of the worklist."""

from dataclasses import dataclass

from model.network.finding import Finding


@dataclass(frozen=True)
class FindingDisplay:
    """What stands for a finding on pages and on paper.

    ``title`` heads a reading, ``reason`` follows it (with ``{threshold}`` for the deciding one), ``group`` names
    the finding in the worklist, ``short`` in the history's table. ``css_class`` colours it on the page, ``colour``
    on white paper: vermilion and blue-green, told apart by every kind of colour vision.
    """

    title: str
    reason: str
    group: str
    short: str
    css_class: str
    colour: str
    icon: str


FINDINGS = {
    Finding.PNEUMONIA: FindingDisplay(
        title="Pneumonia suspected",
        reason="At or above the alarm threshold of {threshold}.",
        group="Pneumonia suspected",
        short="Pneumonia",
        css_class="lf-pneumonia",
        colour="#b23c0e",
        icon=":material/warning:",
    ),
    Finding.DOUBTFUL: FindingDisplay(
        title="Doubtful: look again",
        reason="At 50 % or above, yet below the alarm threshold of {threshold}.",
        group="Doubtful: look again",
        short="Doubtful",
        css_class="lf-doubtful",
        colour="#855500",
        icon=":material/visibility:",
    ),
    Finding.BETWEEN: FindingDisplay(
        title="For a human to decide",
        reason="Between the two thresholds of {threshold}.",
        group="Between two thresholds",
        short="For a human to decide",
        css_class="lf-between",
        colour="#855500",
        icon=":material/person_search:",
    ),
    Finding.NORMAL: FindingDisplay(
        title="Below the alarm threshold",
        reason="Below the threshold of {threshold}.",
        group="Below the alarm threshold",
        short="Normal",
        css_class="lf-normal",
        colour="#0b6e6e",
        icon=":material/check_circle:",
    ),
    Finding.REVIEW: FindingDisplay(
        title="For a human to decide",
        reason="The model should not be trusted with this radiograph.",
        group="Not to be trusted",
        short="For a human to decide",
        css_class="lf-review",
        colour="#4a5653",
        icon=":material/person_search:",
    ),
}
