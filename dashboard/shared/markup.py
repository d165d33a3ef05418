"""HTML and Markdown from the templates that lie beside the pages: in HTML every value is escaped (autoescape)."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

DASHBOARD = Path(__file__).resolve().parents[1]

_environment = Environment(
    loader=FileSystemLoader(DASHBOARD),
    autoescape=select_autoescape(["html"], default_for_string=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_from_string = cache(_environment.from_string)


def render(template: str, **values: Any) -> Markup:
    """Fill in an HTML template.

    Args:
        template: path of the ``.html`` file below ``dashboard/``, such as ``worklist/empty.html``.
        values: its variables, escaped unless they are ``Markup``.

    Returns:
        HTML as a ``str`` that another template takes as it is; ``"<b>" + render(...)`` would escape the ``<b>``.

    Raises:
        jinja2.UndefinedError: the template uses a variable that is not among the values.
    """
    return Markup(_environment.get_template(template).render(values))


def render_markdown(template: str, **values: Any) -> str:
    """Fill in a Markdown template, the path of an ``.md`` file below ``dashboard/``; nothing is escaped."""
    return _environment.get_template(template).render(values)


def render_text(template: str, **values: Any) -> str:
    """Fill in a template of plain text that is given itself; nothing is escaped."""
    return _from_string(template).render(values)
