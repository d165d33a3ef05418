"""The model card's charts, on made-up figures."""

import pytest

from dashboard.model_card.charts import randomisation_chart
from tests.dashboard.model_card.randomisations import measured


def test_likeness_begins_whole_and_falls() -> None:
    ranks, structure = randomisation_chart(measured(True).stages).data
    assert list(ranks.x) == ["nothing", "head", "and all others"]
    assert list(ranks.y) == [1, 0.5, 0.04]
    assert list(structure.y) == [1, 0.25, 0.02]
    assert list(ranks.error_y.array) == pytest.approx([0, 0.2, 0.2])
    assert list(ranks.error_y.arrayminus) == pytest.approx([0, 0.1, 0.1])
