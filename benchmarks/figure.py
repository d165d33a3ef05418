"""A measured figure beside its goal, and the table that figures are shown in."""

from collections.abc import Iterable
from typing import NamedTuple


class Figure(NamedTuple):
    """A figure as it is printed.

    ``ratio`` is its ratio to ``reference``, measured in turn with it; None where there is nothing to compare with.
    ``reached`` says whether the ``goal`` is, None where there is none.
    """

    name: str
    value: str
    reference: str = ""
    ratio: float | None = None
    goal: str = ""
    reached: bool | None = None


def table(figures: Iterable[Figure]) -> str:
    """Return figures as a Markdown table, one a line."""
    return "\n".join(
        [
            "| figure | measured | ratio | to | goal | reached |",
            "| --- | --- | --- | --- | --- | --- |",
            *(
                f"| {figure.name} | {figure.value} | {'' if figure.ratio is None else f'{figure.ratio:.2f}'} "
                f"| {figure.reference} | {figure.goal} | {REACHED[figure.reached]} |"
                for figure in figures
            ),
        ]
    )


REACHED = {None: "", True: "yes", False: "no"}
