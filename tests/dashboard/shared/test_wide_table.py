"""The table that the keyboard reaches."""

from dashboard.shared.wide_table import wide_table


def test_cells_are_named_and_escaped() -> None:
    html = wide_table([{"A": "a & b", "B": "<1"}, {"A": "c", "B": "2"}], 'The "best"')
    assert 'role="region" aria-label="The &quot;best&quot;" tabindex="0"' in html
    assert '<tr><th scope="col">A</th><th scope="col">B</th></tr>' in html
    assert '<tr><th scope="row">a &amp; b</th><td>&lt;1</td></tr><tr><th scope="row">c</th><td>2</td></tr>' in html
