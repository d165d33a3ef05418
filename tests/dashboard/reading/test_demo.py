"""The guided demo: a sample a step, and at its end the slider."""

from streamlit.testing.v1 import AppTest

from dashboard.reading.demo import STEPS, demo_steps
from dashboard.reading.samples import sample_name
from tests.dashboard.pages import html, is_result_shown, open_sample, press


def test_it_leads_from_sample_to_sample_and_to_the_slider(app: AppTest) -> None:
    steps = demo_steps()
    press(app, "Guided demo")
    for number, sample in enumerate(steps, start=1):
        assert not app.exception
        assert f"{number} of {len(steps)}: {STEPS[sample['class']][0]}." in html(app)
        assert f'<p class="lf-file">{sample_name(sample)}<span>' in html(app)
        press(app, "Next" if number < len(steps) else "On to the slider")
    assert app.title[0].value != "Worklist"
    assert app.get("bidi_component"), "the slider"
    app.switch_page("reading/page.py").run()
    assert 'data-testid="demo"' not in html(app)


def test_it_ends_when_asked_to_and_when_another_sample_is_opened(app: AppTest) -> None:
    press(app, "Guided demo")
    press(app, "End")
    assert 'data-testid="demo"' not in html(app)
    assert is_result_shown(app) or "Show anyway" in [button.label for button in app.button]
    press(app, "Guided demo")
    assert 'data-testid="demo"' not in html(open_sample(app, "Viral 1"))
