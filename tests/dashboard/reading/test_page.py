"""The page Read: what it is, samples and dropped files, the latest on top, and the way to the worklist."""

from streamlit.testing.v1 import AppTest

from dashboard.reading.opened_files import MOST_FILES
from dashboard.shared.resources import load_samples, load_scores
from tests.dashboard.pages import html, is_result_shown, open_sample, press
from tests.dashboard.worklist.examples import archive
from tests.pictures import chest, png


def drop(app: AppTest, *names: str) -> AppTest:
    """Drop a made-up chest for each name, each another."""
    files = [(name, png(chest(seed=number)), "image/png") for number, name in enumerate(names)]
    return app.file_uploader[0].set_value(files).run()


def shown_files(app: AppTest) -> list[str]:
    """Return the names of the files that are open, from the top."""
    return [part.split("<span>")[0] for part in html(app).split('<p class="lf-file">')[1:]]


def test_it_says_what_it_is_and_offers_samples(app: AppTest) -> None:
    assert not app.exception
    assert app.title[0].value == "Pneumonia on children's chest X\N{NON-BREAKING HYPHEN}rays"
    assert f"right on {len(load_scores('test'))} test radiographs" in html(app)
    assert "children of one to five years" in html(app)
    assert not is_result_shown(app)
    assert len(app.button) == len(load_samples()) + 1


def test_a_sample_is_read_and_the_next_takes_its_place(app: AppTest) -> None:
    open_sample(app, "Normal 1")
    assert not app.exception
    assert shown_files(app) == ["Normal 1"]
    assert "it shows how a reading looks, not how good the model is" in html(app)
    assert shown_files(open_sample(app, "Viral 1")) == ["Viral 1"]


def test_the_latest_is_on_top_and_none_is_lost(app: AppTest) -> None:
    drop(app, "a.png", "b.png")
    assert shown_files(drop(app, "c.png")) == ["c.png", "a.png", "b.png"]
    drop(app, "d.png")
    assert shown_files(app) == ["d.png", "c.png", "a.png"]
    assert [name for name, _ in app.session_state["worklist_inbox"]] == ["b.png"]
    press(app, r"Close c\.png")
    assert shown_files(app) == ["d.png", "a.png"]
    assert not app.file_uploader[0].value


def test_what_is_open_is_still_open_after_another_page(app: AppTest) -> None:
    drop(app, "a.png")
    app.switch_page("thresholds/page.py").run()
    app.switch_page("reading/page.py").run()
    assert shown_files(app) == ["a.png"]


def test_more_than_it_holds_goes_straight_to_the_worklist(app: AppTest) -> None:
    crowd = archive({f"{number}.png": b"words" for number in range(MOST_FILES + 1)})
    app.file_uploader[0].set_value([("crowd.zip", crowd, "application/zip")]).run()
    assert not app.exception
    assert app.title[0].value == "Worklist"
    app.switch_page("reading/page.py").run()
    assert not shown_files(app)
