"""The table that the keyboard reaches."""

from streamlit.testing.v1 import AppTest

from tests.dashboard.pages import html


def test_cells_are_named_and_escaped() -> None:
    def page() -> None:
        from dashboard.shared.elements.wide_table import draw_wide_table

        draw_wide_table([{"A": "a & b", "B": "<1"}, {"A": "c", "B": "2"}], 'The "best"')

    shown = html(AppTest.from_function(page).run())
    assert 'role="region" aria-label="The &#34;best&#34;" tabindex="0"' in shown
    assert '<tr><th scope="col">A</th><th scope="col">B</th></tr>' in shown
    assert '<tr><th scope="row">a &amp; b</th><td>&lt;1</td></tr>' in shown
    assert '<tr><th scope="row">c</th><td>2</td></tr>' in shown
