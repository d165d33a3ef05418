"""A table that may be wider than a narrow screen: it scrolls by itself, and the keyboard reaches it.

Streamlit's own scrolls too, but only under a finger or a mouse (WCAG 2.1.1).
"""

from collections.abc import Sequence
from html import escape


def wide_table(rows: Sequence[dict[str, str]], label: str) -> str:
    """HTML of at least one row, titled by its keys; the first cell of a row names it, and ``label`` the table."""
    titles = "".join(f'<th scope="col">{escape(title)}</th>' for title in rows[0])
    body = "".join(_row(list(row.values())) for row in rows)
    return (
        f'<div class="lf-table" role="region" aria-label="{escape(label)}" tabindex="0">'
        f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(cells: list[str]) -> str:
    name, *others = map(escape, cells)
    return f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>'
