"""The guided demo: a normal chest, a pneumonia, one in doubt, one that is refused, and then the slider."""

from typing import Any

import streamlit as st

from dashboard.reading.samples import open_sample
from dashboard.shared import session
from dashboard.shared.markup import render
from dashboard.shared.navigation import THRESHOLDS
from dashboard.shared.resources import load_samples

STEPS = {
    "normal": (
        "A chest without pneumonia",
        "The finding comes first, then why, then what such a reading was worth on radiographs that the model had "
        "never seen. Drag on the picture to change its window, turn the wheel to zoom.",
    ),
    "pneumonia": (
        "A chest with pneumonia",
        "The line below the probability is this reading, among the validation radiographs: normals in one row, "
        "pneumonias in the other. The heat map shows what moved the model, not where the disease is.",
    ),
    "doubtful": (
        "One in doubt",
        "The alarm threshold lies high, so that few alarms are false. What lies below it, but at 50 % or above, is "
        "never put among the normals: look again.",
    ),
    "refused": (
        "One that is refused",
        "The same chest upside down. The model says what is wrong, and shows no number until you ask for it.",
    ),
}
"""By class of the sample: a title and what to look at, in the order of the demo."""


def start_demo_ui() -> None:
    """Draw the button that begins the demo."""
    st.button("Guided demo", icon=":material/play_circle:", key="demo", on_click=go_to, args=(0,))


def demo_ui() -> None:
    """Draw the step that the demo is at, with the way on and the way out; nothing where none runs."""
    step, steps = session.demo_step.get(), demo_steps()
    if step is None or step >= len(steps):
        return
    title, text = STEPS[steps[step]["class"]]
    last = step == len(steps) - 1
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="demo-step"):
        st.html(render("reading/demo.html", number=step + 1, most=len(steps), title=title, text=text))
        if not last:
            st.button("Next", type="primary", key="demo-next", on_click=go_to, args=(step + 1,))
        elif st.button("On to the slider", type="primary", key="demo-slider", icon=THRESHOLDS.icon):
            session.demo_step.pop()
            st.switch_page(THRESHOLDS.file)
        st.button("End", key="demo-end", on_click=session.demo_step.set, args=(None,))


def demo_steps() -> list[dict[str, Any]]:
    """Return the demo's samples: the first of each class of ``STEPS`` that there is one of."""
    by_class = {sample["class"]: sample for sample in reversed(load_samples())}
    return [by_class[kind] for kind in STEPS if kind in by_class]


def go_to(step: int) -> None:
    """Open the sample of a step, counted from 0."""
    session.demo_step.set(step)
    open_sample(demo_steps()[step])
