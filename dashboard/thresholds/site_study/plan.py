"""The plan of a calibration study: how many radiographs it takes, before any is collected."""

from dataclasses import dataclass

from model.metrics.sample_size import children_for_positives, reach, trials_for_margin


@dataclass(frozen=True)
class StudyPlan:
    """What a study takes to know its recall within a margin.

    ``pneumonias`` are needed, and ``children`` in a row hold as many with a probability of 95 %. Among those
    about ``normals`` are expected, which tell the specificity within ``specificity_margin``, 0 to 1.
    """

    pneumonias: int
    children: int
    normals: int
    specificity_margin: float


def study_plan(recall: float, margin: float, prevalence: float, specificity: float) -> StudyPlan:
    """Plan a study.

    Args:
        recall: that is required, and expected, 0 to 1.
        margin: how far either end of its 95 % interval may lie from it, 0 to 1.
        prevalence: share of pneumonias among the children, above 0, below 1.
        specificity: that is expected, 0 to 1.

    Raises:
        ValueError: no study can be large enough.
    """
    pneumonias = trials_for_margin(recall, margin)
    children = children_for_positives(pneumonias, prevalence)
    normals = max(round(children * (1 - prevalence)), 1)
    return StudyPlan(pneumonias, children, normals, reach(specificity, normals))
