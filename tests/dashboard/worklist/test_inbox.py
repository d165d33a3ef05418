"""Files that the page Read leaves for the worklist, where they are more than it can show."""

import numpy as np
import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from dashboard.reading.opened_files import MOST_FILES
from dashboard.shared.formatting import escape_markdown
from tests.dashboard.pages import html, press
from tests.dashboard.worklist.examples import archive, finished
from tests.dicoms import dataset, written
from tests.pictures import chest, png


def test_on_the_page_read_a_small_archive_is_unpacked(app: AppTest) -> None:
    small = archive({"ward/one.png": png(chest()), "ward/notes.txt": b"words"})
    app.file_uploader[0].set_value([("all.zip", small, "application/zip")]).run()
    assert not app.exception
    assert html(app).count('data-testid="finding"') == 1
    assert escape_markdown("all.zip/ward/notes.txt is not an image") in app.error[0].value


@pytest.mark.slow
def test_on_the_page_read_of_many_frames_the_first_are_read(app: AppTest) -> None:
    frames = np.stack([chest(240, 260, seed).astype(np.uint16) * 16 for seed in range(5)])
    app.file_uploader[0].set_value([("many.dcm", written(dataset(frames)), "")]).run()
    assert not app.exception
    assert html(app).count('data-testid="finding"') == MOST_FILES
    assert f"frame {MOST_FILES} of 5" in html(app)
    assert f"<b>5 frames.</b> The first {MOST_FILES} are read below" in html(app)
    press(app, "Read all in the worklist")
    assert app.title[0].value == "Worklist"
    assert len(finished(app.session_state["worklist"])) == 5


@pytest.mark.slow
def test_what_the_page_read_hands_over_is_in_the_list_alone(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    remove = MemoryUploadedFileManager.remove_file

    def noted(manager: MemoryUploadedFileManager, session: str, file: str) -> None:
        remove(manager, session, file)
        held.append(sum(map(len, manager.file_storage.values())))

    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", noted)
    app.file_uploader[0].set_value([(f"{number}.png", png(chest()), "image/png") for number in range(5)]).run()
    assert app.title[0].value == "Worklist"
    assert held == list(range(5))[::-1]
    assert len(finished(app.session_state["worklist"])) == 5
    app.switch_page("reading/page.py").run()
    assert not app.exception
    assert not app.file_uploader[0].value
