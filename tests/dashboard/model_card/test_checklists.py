"""The checklists: every published item once, each answered from the card."""

import dataclasses
import re

import pytest

from dashboard.model_card.checklists.checklist import Item, Status, load_checklist
from dashboard.model_card.checklists.facts import Facts
from dashboard.model_card.sections.checklists import CHECKLISTS, tally
from dashboard.shared.formatting import format_estimate
from dashboard.shared.markup import render
from dashboard.shared.resources import load_card, load_scores, load_table
from model.network.card.sections import Likeness, Randomisation

CLAIM = [str(number) for number in range(1, 45)]
TRIPOD = re.findall(
    r"\w+",
    "1 2 3a 3b 3c 4 5a 5b 6a 6b 6c 7 8a 8b 8c 9a 9b 9c 10 11 12a 12b 12c 12d 12e 12f 12g 13 14 15 16 17 "
    "18a 18b 18c 18d 18e 18f 19 20a 20b 20c 21 22 23a 23b 24 25 26 27a 27b 27c",
)


@pytest.fixture(scope="module")
def facts() -> Facts:
    tables = [load_table(name) for name in ("splits.csv", "cross_validation.csv")]
    return Facts(load_card(), load_scores("test"), *tables)


def test_every_published_item_is_answered_once_and_in_order(facts: Facts) -> None:
    checklists = [load_checklist(file) for file in CHECKLISTS]
    numbers = {checklist.name: [item.number for item in checklist.answered(facts)] for checklist in checklists}
    assert numbers == {"CLAIM 2024": CLAIM, "TRIPOD+AI": TRIPOD}
    for checklist in checklists:
        for item in checklist.answered(facts):
            assert item.topic and item.answer.endswith("."), item


def item(checklist: str, number: str, facts: Facts) -> Item:
    return next(item for item in load_checklist(f"{checklist}.toml").answered(facts) if item.number == number)


def answer(checklist: str, number: str, facts: Facts) -> str:
    return item(checklist, number, facts).answer


def test_figures_are_the_cards(facts: Facts) -> None:
    test = facts.card.metrics["test"]
    measures = answer("claim", "37", facts)
    assert f"AUC {format_estimate(test.auc)}" in measures
    assert f"slope {test.calibration.slope:.2f}" in measures
    assert f"bacterial {format_estimate(test.recall_bacteria)}" in answer("tripod", "23a", facts)
    assert f"{test.fn} missed" in answer("claim", "38", facts)
    assert f"{len(facts.splits):,}" in answer("claim", "8", facts)


def test_a_patient_in_two_splits_is_reported(facts: Facts) -> None:
    leaking = dataclasses.replace(
        facts, splits=[*facts.splits, {**facts.splits[0], "split": "test"}, {**facts.splits[-1], "split": "fit"}]
    )
    assert answer("claim", "20", facts) == "Patients; none in two splits."
    assert answer("claim", "20", leaking) == "Patients; 2 in two splits."
    assert item("tripod", "12a", facts).status is Status.REPORTED
    used = item("tripod", "12a", leaking)
    assert (used.answer, used.status) == ("2 patients are in two splits.", Status.PARTLY)


def test_the_randomisation_test_is_quoted_once_it_is_measured(facts: Facts) -> None:
    measured = facts.card.randomisation
    assert measured is not None

    def explained(randomisation: Randomisation | None) -> str:
        card = dataclasses.replace(facts.card, randomisation=randomisation)
        return answer("claim", "31", dataclasses.replace(facts, card=card))

    assert "Adebayo" not in explained(None)
    last = dataclasses.replace(measured.stages[-1], spearman=Likeness(0.037, 0.0, 0.1, 0.0, 0.1))
    quoted = explained(dataclasses.replace(measured, draws=7, stages=[*measured.stages[:-1], last]))
    assert "its mean rank correlation with the map that is shown is 0.04, over 7 shufflings" in quoted


def test_what_is_missing_is_counted_and_marked() -> None:
    items = [
        Item("Data", "1", "A <b>", "Yes & no."),
        Item("Data", "2", "B", "Not published.", Status.MISSING),
        Item("Results", "3", "C", "Yes."),
    ]
    assert tally(items) == "2 reported, 1 not known or not done"
    html = render("model_card/sections/checklists.html", source="A <list>", items=items)
    assert html.count("<h3>") == html.count("<dl>") == html.count("</dl>") == 2
    assert "A &lt;list&gt;" in html and "A &lt;b&gt;" in html and "Yes &amp; no." in html
    assert '<div class="lf-missing"><dt><b>2</b> B<small>not known or not done</small></dt>' in html
