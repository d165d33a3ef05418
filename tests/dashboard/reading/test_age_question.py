"""The age that a file does not give."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.reading.age_question import NO, YES
from tests.dashboard.pages import html, open_sample, read_as
from tests.dicoms import dataset, written
from tests.pictures import chest, png

ASKED = "Is this a child of 1 to 5 years?"


@pytest.fixture(autouse=True)
def _trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    read_as(monkeypatch, 0.3)


def drop(app: AppTest, name: str, data: bytes) -> AppTest:
    return app.file_uploader[0].set_value([(name, data, "application/octet-stream")]).run()


def questions(app: AppTest) -> list:
    return [group for group in app.segmented_control if ASKED in group.label]


def answer(app: AppTest, word: str) -> AppTest:
    (question,) = questions(app)
    return question.set_value(word).run()


def test_a_picture_asks_until_the_answer_is_yes(app: AppTest) -> None:
    drop(app.run(), "a.png", png(chest(seed=1)))
    answer(app, YES)
    assert not questions(app)
    drop(app, "b.png", png(chest(seed=2)))
    assert not questions(app)
    assert "Not of an age it knows" not in html(app)


def test_another_age_is_refused_and_can_be_taken_back(app: AppTest) -> None:
    drop(app.run(), "a.png", png(chest(seed=1)))
    answer(app, NO)
    assert "Not of an age it knows" in html(app)
    answer(app, YES)
    assert "Not of an age it knows" not in html(app)


def test_a_file_that_gives_the_age_and_a_sample_do_not_ask(app: AppTest) -> None:
    open_sample(app.run(), "Normal 1")
    assert not questions(app)
    drop(app, "a.dcm", written(dataset(chest(seed=1).astype("uint16"), 12, PatientAge="003Y")))
    assert not questions(app)
