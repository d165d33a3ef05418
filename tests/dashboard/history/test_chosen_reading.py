"""The reading chosen in the history's table."""

from streamlit.testing.v1 import AppTest

from dashboard.history.store import LONGEST_COMMENT, History
from tests.dashboard.pages import choose_row, html
from tests.readings import result


def test_a_comment_is_read_whole_and_as_text(history_page: AppTest, history: History) -> None:
    comment = "<b>left base</b> " + "word " * ((LONGEST_COMMENT - 20) // 5)
    history.record(result(), reader_finding="normal", reader_first=True, comment=comment, reader="AK")
    history_page.run()
    assert "Choose a row to read its whole comment and to correct it." in html(history_page)
    choose_row(history_page, 0)
    assert not history_page.exception
    assert comment.replace("<b>", "&lt;b&gt;").replace("</b>", "&lt;/b&gt;") in html(history_page)
    assert "by AK" in html(history_page)
    assert "normal, before the model&#39;s result was shown" in html(history_page).replace("'", "&#39;")


def test_a_corrected_reading_is_not_corrected_again(history_page: AppTest, history: History) -> None:
    history.correct(history.record(result(), reader_finding="normal"), reader_finding="unsure", comment="")
    history_page.run()
    history_page.toggle(key="history-superseded").set_value(True).run()
    choose_row(history_page, 1)
    assert not history_page.exception
    assert "<b>corrected by 2</b>" in html(history_page)
    assert "Save correction" not in [button.label for button in history_page.button]
