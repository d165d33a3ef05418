"""Files that the page Read leaves for the worklist, where they are more than it can show."""

import numpy as np
import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from dashboard.shared.formatting import escape_markdown
from tests.dashboard.pages import html, press
from tests.dashboard.worklist.examples import ZIP, archive, finished
from tests.dicoms import dataset, written
from tests.pictures import chest, png


def test_on_the_page_read_an_archive_is_unpacked_and_of_many_the_first_are_read(app: AppTest) -> None:
    app.file_uploader[0].set_value([("all.zip", ZIP, "application/zip")]).run()
    assert not app.exception
    assert html(app).count('data-testid="probability"') == 3
    assert escape_markdown("all.zip/ward/notes.txt is not an image") in app.error[0].value
    crowd = archive({f"{number}.png": b"words" for number in range(11)})
    app.file_uploader[0].set_value([("one.png", png(chest()), "image/png"), ("crowd.zip", crowd, "")]).run()
    assert "<b>12 files.</b> The first 8 are read below" in html(app)
    assert len(app.error) == 7


@pytest.mark.slow
def test_on_the_page_read_of_many_frames_the_first_are_read(app: AppTest) -> None:
    app.switch_page("reading/page.py").run()
    frames = np.stack([chest(240, 260, seed).astype(np.uint16) * 16 for seed in range(11)])
    files = [
        ("one.png", png(chest()), ""),
        ("many.dcm", written(dataset(frames)), ""),
        ("two.png", png(chest()), ""),
    ]
    app.file_uploader[0].set_value(files).run()
    assert not app.exception
    assert html(app).count('data-testid="probability"') == 8
    assert "frame 7 of 11" in html(app)
    assert "<b>13 radiographs.</b> The first 8 are read below" in html(app)
    press(app, "Read all in the worklist")
    assert app.title[0].value == "Worklist"
    assert len(finished(app.session_state["worklist"])) == 13


@pytest.mark.slow
def test_what_the_page_read_hands_over_is_in_the_list_alone(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    remove = MemoryUploadedFileManager.remove_file

    def noted(manager: MemoryUploadedFileManager, session: str, file: str) -> None:
        remove(manager, session, file)
        held.append(sum(map(len, manager.file_storage.values())))

    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", noted)
    app.file_uploader[0].set_value([(f"{number}.png", png(chest()), "image/png") for number in range(9)]).run()
    press(app, "Read all in the worklist")
    assert held == list(range(9))[::-1]
    app.switch_page("reading/page.py").run()
    assert not app.exception
    assert not app.file_uploader[0].value
