from pathlib import Path

import pytest

from model.network import card as cards
from training import figures


@pytest.mark.parametrize("document", figures.DOCUMENTS, ids=lambda document: document.name)
def test_a_document_shows_the_cards_figures(document: Path) -> None:
    text = document.read_text()
    assert figures.inserted(text, figures.blocks(cards.load())) == text, "run python -m training.figures"


def test_every_table_stands_in_one_document() -> None:
    texts = "".join(document.read_text() for document in figures.DOCUMENTS)
    assert all(texts.count(figures.BEGIN.format(name=name)) == 1 for name in figures.blocks(cards.load()))


def test_a_figure_comes_with_its_interval() -> None:
    assert figures.figure({"value": 0.9712, "low": 0.95, "high": 0.984}) == "0.971 (0.950 to 0.984)"
