"""HTML from the templates that lie beside the pages: every value is escaped (Jinja2's autoescape)."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

DASHBOARD = Path(__file__).resolve().parents[1]

_environment = Environment(
    loader=FileSystemLoader(DASHBOARD),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_plain_template = cache(_environment.overlay(autoescape=False).from_string)


def render(template: str, **values: Any) -> Markup:
    """Fill a template in.

    Args:
        template: path of the file below ``dashboard/``, such as ``worklist/empty.html``.
        values: its variables, escaped unless they are ``Markup``.

    Returns:
        HTML as a ``str`` that another template takes as it is; ``"<b>" + render(...)`` would escape the ``<b>``.

    Raises:
        jinja2.UndefinedError: the template uses a variable that is not among the values.
    """
    return Markup(_environment.get_template(template).render(values))


def render_text(template: str, **values: Any) -> str:
    """Fill in a template of plain text or Markdown that is given itself; nothing is escaped."""
    return _plain_template(template).render(values)
