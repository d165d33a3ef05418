"""The randomisation test on the model card's page."""

import pytest
from streamlit.testing.v1 import AppTest

from model.network.card.sections import Randomisation
from tests.dashboard.model_card.randomisations import measured


def page(measured: "Randomisation") -> None:
    from dataclasses import replace

    from dashboard.model_card.sections.randomisation import draw_randomisation
    from model.network.card import load_card

    draw_randomisation(replace(load_card(), randomisation=measured))


def text(measured: Randomisation) -> list[str]:
    """Return the paragraphs of the page's section."""
    app = AppTest.from_function(page, args=(measured,)).run(timeout=60)
    assert not app.exception
    return app.markdown[0].value.split("\n\n")


@pytest.mark.parametrize("passed", [True, False])
def test_the_page_says_whether_it_is_passed(passed: bool) -> None:
    result, control = text(measured(passed))
    assert "**0.04** (95 % interval -0.06 to 0.24, 4 shufflings; single ones -0.46 to 0.64)" in result
    assert "**0.03**" in control and "0.007" in control
    assert result.endswith(f"is **{'passed' if passed else 'not passed'}**.")


@pytest.mark.parametrize("difference", [-0.003, 0.0, 0.0004])
def test_nothing_of_the_radiograph_itself_is_left_where_another_map_is_as_like(difference: float) -> None:
    _, control = text(measured(True, difference))
    assert "of the radiograph itself, its edges and shadows, nothing is left" in control


def test_what_is_left_of_the_radiograph_itself_is_given() -> None:
    _, control = text(measured(True, 0.042))
    assert "the difference, 0.042, is what the radiograph itself" in control
