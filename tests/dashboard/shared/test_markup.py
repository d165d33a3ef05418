"""HTML from templates: values are escaped, templates in templates are not, and nothing may be missing."""

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from dashboard.shared.markup import render, render_markdown, render_text


def test_a_value_is_text_and_never_markup() -> None:
    shown = render("shared/elements/disclaimer.html", title="<script>", notice='"&"')
    assert shown == '<p class="lf-note lf-limits">&lt;script&gt; &#34;&amp;&#34;</p>'


def test_what_was_rendered_goes_into_another_template_as_it_is() -> None:
    inner = render("shared/elements/disclaimer.html", title="a", notice="b")
    assert inner in render("shared/elements/disclaimer.html", title=inner, notice=Markup("<b>c</b>"))


def test_a_missing_value_is_refused() -> None:
    with pytest.raises(UndefinedError, match="'notice' is undefined"):
        render("shared/elements/disclaimer.html", title="a")


def test_plain_text_and_markdown_are_not_escaped() -> None:
    assert render_text("{{ name }}'s", name="A & B") == "A & B's"
    limits = render_markdown("model_card/sections/limits.md", patients="<3>", validation="1", test="2")
    assert "**One hospital, one age group, one projection**: <3> to learn from." in limits
    with pytest.raises(UndefinedError, match="'name' is undefined"):
        render_text("{{ name }}")
