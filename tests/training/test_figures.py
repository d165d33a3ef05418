from model.network import card as cards
from training import figures


def test_the_readme_shows_the_cards_figures() -> None:
    text = figures.README.read_text()
    assert figures.inserted(text, figures.blocks(cards.load())) == text, "run python -m training.figures"


def test_a_figure_comes_with_its_interval() -> None:
    assert figures.figure({"value": 0.9712, "low": 0.95, "high": 0.984}) == "0.971 (0.950 to 0.984)"
