from pathlib import Path

import pytest

from model.metrics.estimate import Estimate
from model.network.card import load_card
from training import figures


@pytest.mark.parametrize("document", figures.DOCUMENTS, ids=lambda document: document.name)
def test_a_document_shows_the_cards_figures(document: Path) -> None:
    text = document.read_text()
    assert figures.inserted(text, figures.blocks(load_card())) == text, "run python -m training.figures"


def test_every_table_stands_in_one_document() -> None:
    texts = "".join(document.read_text() for document in figures.DOCUMENTS)
    assert all(
        texts.count(figures.BEGIN.format(name=name, module="training.figures")) == 1
        for name in figures.blocks(load_card())
    )


def test_a_figure_comes_with_its_interval() -> None:
    assert figures.format_estimate(Estimate(0.9712, 0.95, 0.984)) == "0.971 (0.950 to 0.984)"
