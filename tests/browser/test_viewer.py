"""The viewer under a real mouse and real keys: what it says of itself, and what it draws."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, FloatRect, Page, expect

from dashboard.reading.viewer.colour_maps import COLOUR_MAPS
from dashboard.reading.viewer.windows import AUTO
from tests.browser.conftest import A_CARD, listen, served
from tests.browser.ramps import RAMP

APP = Path(__file__).with_name("viewer_page.py")
SECONDS = 30_000
TIMES = "\N{MULTIPLICATION SIGN}"
SPAN = 300
"""CSS pixels of a drag that change the window by the span of 98 % of the pixels: what viewer.js promises."""

PIXELS = """(canvas, points) => {
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [canvas.width, canvas.height];
    const context = copy.getContext("2d");
    context.drawImage(canvas, 0, 0);
    return points.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)]);
}"""
"""RGB at points of the canvas as they stand on the screen."""

MOVES = (("pointermove", 7, 400), ("pointermove", 8, 500))
"""Two fingers side by side, and where each begins."""

TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

TOUCH = """(stage, events) => {
    const {left, top} = stage.getBoundingClientRect();
    for (const [type, pointerId, x, y] of events) {
        stage.dispatchEvent(new PointerEvent(type, {
            pointerId, pointerType: "touch", clientX: left + x, clientY: top + y, bubbles: true, cancelable: true,
        }));
    }
}"""
"""Fingers on the stage: [type, finger, x, y] from its corner."""

NO_WEBGL = """() => {
    const getContext = OffscreenCanvas.prototype.getContext;
    OffscreenCanvas.prototype.getContext = function (kind, ...rest) {
        return kind === "webgl2" ? null : getContext.call(this, kind, ...rest);
    };
}"""


KEEP_CONTEXT = """() => {
    const getContext = OffscreenCanvas.prototype.getContext;
    OffscreenCanvas.prototype.getContext = function (...args) {
        return window.gl = getContext.apply(this, args);
    };
}"""


@pytest.fixture(scope="module")
def pages_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(APP, tmp_path_factory.mktemp("viewer")) as url:
        yield url


class Viewer:
    """The one viewer of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.get_by_test_id("viewer")
        self.stage = page.get_by_test_id("stage")
        self.canvas = page.get_by_test_id("radiograph")
        expect(self.root).to_have_attribute("data-frames", "1", timeout=SECONDS)
        self.width, self.height = self.box["width"], self.box["height"]

    @property
    def box(self) -> FloatRect:
        """Where the stage is now: the page may have scrolled."""
        bounds = self.stage.bounding_box()
        assert bounds
        return bounds

    def settle(self) -> None:
        self.page.evaluate(TWO_FRAMES)

    @property
    def state(self) -> dict[str, Any]:
        """What the viewer says of itself, numbers as numbers."""
        self.settle()
        data = self.root.evaluate("root => ({...root.dataset})")
        return {name: _number(text) for name, text in data.items()}

    def press(self, *keys: str) -> dict[str, Any]:
        for key in keys:
            self.stage.press(key)
        return self.state

    def move(self, x: float, y: float) -> None:
        """Move the mouse to a point counted from the stage's corner."""
        self.page.mouse.move(self.box["x"] + x, self.box["y"] + y)

    def drag(self, start: tuple[float, float], end: tuple[float, float], button: Any = "left") -> dict[str, Any]:
        self.move(*start)
        self.page.mouse.down(button=button)
        self.move(*end)
        self.page.mouse.up(button=button)
        return self.state

    def to_picture(self, x: float, y: float) -> tuple[float, float]:
        """Return the picture's point under a point of the stage, unless it is turned, mirrored or split."""
        state = self.state
        return (
            state["x"] + (x - self.width / 2) / state["zoom"],
            state["y"] + (y - self.height / 2) / state["zoom"],
        )

    def drawn(self, *points: tuple[float, float]) -> np.ndarray:
        """RGB at points of the stage, shape (points, 3)."""
        self.settle()
        return np.array(self.canvas.evaluate(PIXELS, [[int(x), int(y)] for x, y in points]))

    def expected_greys(self, points: list[tuple[float, float]], scale: float = 65535) -> np.ndarray:
        """Return what the ramp must look like at points of the stage, 0 to 255, by the window that is in force."""
        state = self.state
        places = np.array([self.to_picture(int(x) + 0.5, int(y) + 0.5) for x, y in points]) - 0.5
        values = (200 * places[:, 0] + 5 * places[:, 1]) * scale / 65535
        share = np.clip((values - state["centre"]) / state["width"] + 0.5, 0, 1)
        return 255 * (1 - share if state["inverted"] == "true" else share)

    def assert_greys(self, tolerance: float = 2) -> None:
        """Points all over the picture are drawn as the window asks; the heat map must be off."""
        assert self.state["overlay"] == "off"
        points = [(x, y) for x in self.over(0.2, 0.8, 9) for y in (0.3 * self.height, 0.6 * self.height)]
        expected = self.expected_greys(points)
        drawn = self.drawn(*points)
        assert np.ptp(expected) > 50
        np.testing.assert_array_equal(drawn, np.repeat(drawn[:, :1], 3, 1))
        np.testing.assert_allclose(drawn[:, 0], expected, atol=tolerance)

    def over(self, first: float, last: float, count: int) -> list[float]:
        """Places across the picture's width, which at the start fills the stage's height."""
        wide = self.height * 320 / 240
        return [self.width / 2 + (share - 0.5) * wide for share in np.linspace(first, last, count)]


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


@pytest.fixture(scope="module", params=["webgl2", "canvas"])
def opened(browser: Browser, pages_url: str, request: pytest.FixtureRequest) -> Iterator[Viewer]:
    """Yield the ramp, opened once for each way to draw it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    complaints = listen(context)
    page = context.new_page()
    if request.param == "webgl2":
        page.add_init_script(f"({A_CARD})()")
    page.goto(f"{pages_url}/?show=ramp")
    viewer = Viewer(page)
    assert viewer.state["renderer"] == request.param
    yield viewer
    context.close()
    assert complaints == []


@pytest.fixture
def ramp(opened: Viewer) -> Viewer:
    """Return the ramp as it was when it was opened, and the mouse elsewhere."""
    opened.page.mouse.move(5, 5)
    opened.press("0")
    return opened


@pytest.fixture
def show(page: Page, pages_url: str) -> Callable[[str], Viewer]:
    """Open a page of one's own with the picture named."""

    def opened(name: str) -> Viewer:
        page.goto(f"{pages_url}/?show={name}")
        return Viewer(page)

    return opened


def test_it_opens_with_all_of_the_picture(ramp: Viewer) -> None:
    state = ramp.state
    assert (state["centre"], state["width"]) == (RAMP.max() / 2, RAMP.max())
    assert (state["x"], state["y"], state["zoom"]) == (160, 120, pytest.approx(ramp.height / 240))
    ramp.press("o")
    ramp.assert_greys()


def test_a_drag_changes_the_window_and_the_picture(ramp: Viewer) -> None:
    before = ramp.press("o")
    reach = np.subtract(*np.quantile(RAMP, [0.99, 0.01], method="inverted_cdf"))
    after = ramp.drag((300, 300), (180, 360))
    assert after["width"] - before["width"] == pytest.approx(-120 / SPAN * reach, rel=1e-6)
    assert after["centre"] - before["centre"] == pytest.approx(60 / SPAN * reach, rel=1e-6)
    ramp.assert_greys()
    inverted = ramp.press("i")
    assert inverted["inverted"] == "true"
    ramp.assert_greys()


def test_a_narrow_window_shows_every_step_of_16_bit(ramp: Viewer) -> None:
    ramp.press("o")
    ramp.move(ramp.width / 2, ramp.height / 2)
    for _ in range(5):
        ramp.page.mouse.wheel(0, -300)
    ramp.drag((600, 300), (600 - 0.97 * SPAN, 300))
    state = ramp.state
    assert 200 < state["width"] < 65535 / 8
    column = [(ramp.width / 2, y) for y in np.linspace(40, ramp.height - 40, 30)]
    np.testing.assert_allclose(ramp.drawn(*column)[:, 0], ramp.expected_greys(column), atol=2)


def test_the_wheel_zooms_at_the_pointer(ramp: Viewer) -> None:
    for at in ((500.0, 200.0), (700.0, 500.0)):
        ramp.move(*at)
        point, zoom = ramp.to_picture(*at), ramp.state["zoom"]
        value = ramp.page.get_by_test_id("value").inner_text()
        ramp.page.mouse.wheel(0, -400)
        assert ramp.state["zoom"] == pytest.approx(zoom * np.exp(0.6))
        assert ramp.to_picture(*at) == pytest.approx(point, abs=1e-3)
        assert ramp.page.get_by_test_id("value").inner_text() == value
    ramp.page.mouse.wheel(0, 200)
    assert ramp.state["fit"] == "false"


@pytest.mark.parametrize("way", ["right", "middle", "space", "mode"])
def test_panning_moves_the_picture_with_the_hand(ramp: Viewer, way: str) -> None:
    ramp.press("+", "+", *("g" if way == "mode" else ""))
    window = (ramp.state["centre"], ramp.state["width"])
    grabbed = ramp.to_picture(500, 300)
    if way == "space":
        ramp.stage.focus()
        ramp.page.keyboard.down(" ")
    ramp.drag((500, 300), (560, 270), way if way in {"right", "middle"} else "left")
    if way == "space":
        ramp.page.keyboard.up(" ")
    assert ramp.to_picture(560, 270) == pytest.approx(grabbed, abs=1e-3)
    assert (ramp.state["centre"], ramp.state["width"]) == window


@pytest.mark.parametrize("way", ["f", "double click", "button"])
def test_fit_brings_all_of_it_back(ramp: Viewer, way: str) -> None:
    before = ramp.state
    ramp.press("+", "+", "ArrowLeft")
    assert ramp.state["x"] < before["x"]
    if way == "f":
        ramp.press("f")
    elif way == "button":
        ramp.page.get_by_role("button", name="Fit to the frame").click()
    else:
        ramp.stage.dblclick(position={"x": 300, "y": 300})
    after = ramp.state
    assert [after[name] for name in ("x", "y", "zoom")] == [before[name] for name in ("x", "y", "zoom")]


@pytest.mark.parametrize(
    ("keys", "rotation", "mirrored", "note", "brighter"),
    [
        ("r", 90, "false", "Turned 90° clockwise", (0, 1)),
        ("rr", 180, "false", "Turned 180°", (-1, 0)),
        ("R", 270, "false", "Turned 90° anticlockwise", (0, -1)),
        ("h", 0, "true", "Mirrored left to right", (-1, 0)),
        ("v", 180, "true", "Mirrored top to bottom", (1, 0)),
        ("rh", 270, "true", "Mirrored left to right, then turned 90° anticlockwise", (0, 1)),
        ("rv", 90, "true", "Mirrored left to right, then turned 90° clockwise", (0, -1)),
        ("hh", 0, "false", "", (1, 0)),
        ("hvrr", 0, "false", "", (1, 0)),
    ],
)
def test_turned_and_mirrored_as_seen_and_said_so(
    ramp: Viewer, keys: str, rotation: int, mirrored: str, note: str, brighter: tuple[int, int]
) -> None:
    state = ramp.press("o", *keys)
    assert (state["rotation"], state["mirrored"]) == (rotation, mirrored)
    middle = np.array([ramp.width / 2, ramp.height / 2])
    there, back = ramp.drawn(*(middle + 150 * np.array(brighter), middle - 150 * np.array(brighter)))
    assert int(there[0]) - int(back[0]) > 60
    shown = f"{note}: not as recorded" if note else ""
    expect(ramp.page.get_by_test_id("orientation")).to_have_text(shown)
    expect(ramp.page.get_by_test_id("view-label")).to_have_text("PA, upright" + (", as recorded" if note else ""))
    edges = {(1, 0): "right", (-1, 0): "left", (0, 1): "bottom", (0, -1): "top"}
    expect(ramp.page.get_by_test_id(f"edge-{edges[brighter]}")).to_have_text("L")
    expect(ramp.page.get_by_test_id(f"edge-{edges[-brighter[0], -brighter[1]]}")).to_have_text("R")
    letters = [ramp.page.get_by_test_id(f"edge-{edge}").inner_text() for edge in edges.values()]
    assert sorted(letters) == ["F", "H", "L", "R"]


def outline(viewer: Viewer) -> list[float]:
    """Return the left, top, right and bottom of what the lungs' outline frames, in pixels of the stage."""
    return viewer.page.evaluate(
        """() => {
          const [path, stage] = ["[data-testid=lungs] path", "[data-testid=stage]"].map((name) =>
            document.querySelector(name)?.getBoundingClientRect());
          if (!path) return [];
          return [path.left - stage.left, path.top - stage.top, path.right - stage.left, path.bottom - stage.top];
        }"""
    )


def test_the_lungs_outline_lies_where_the_lungs_do_however_the_picture_is_turned(ramp: Viewer) -> None:
    top, bottom = 0.25 * ramp.height, 0.75 * ramp.height
    (left, middle, right) = ramp.over(0.25, 0.75, 3)
    assert outline(ramp) == pytest.approx([left, top, middle, bottom], abs=2)
    ramp.press("h")
    assert outline(ramp) == pytest.approx([middle, top, right, bottom], abs=2)
    ramp.page.get_by_test_id("outline-switch").uncheck()
    assert ramp.state["outline"] == "off"
    assert outline(ramp) == []
    ramp.page.get_by_test_id("outline-switch").check()
    ramp.press("m")
    assert outline(ramp) == [], "the magnifier shows the picture alone"


def test_the_heat_map_is_switched_faded_and_recoloured(ramp: Viewer) -> None:
    (hot,) = [(x, 200.0) for x in ramp.over(0.9, 0.9, 1)]
    (cold,) = [(x, 200.0) for x in ramp.over(0.1, 0.1, 1)]
    ramp.page.get_by_test_id("overlay-switch").uncheck()
    assert ramp.state["overlay"] == "off"
    expect(ramp.page.get_by_test_id("overlay-opacity")).to_be_disabled()
    expect(ramp.page.get_by_test_id("ramp")).to_be_visible()
    grey, dark = ramp.drawn(hot, cold)
    assert len(set(grey)) == 1
    ramp.page.get_by_test_id("overlay-switch").check()
    for opacity in (100, 25):
        ramp.page.get_by_test_id("overlay-opacity").fill(str(opacity))
        for name, table in COLOUR_MAPS.items():
            ramp.page.get_by_test_id("colours").select_option(label=name.capitalize())
            assert (ramp.state["opacity"], ramp.state["colours"]) == (opacity, name)
            over, beside = ramp.drawn(hot, cold)
            share = opacity / 100
            np.testing.assert_allclose(over, share * table[255] + (1 - share) * grey, atol=2)
            np.testing.assert_array_equal(beside, dark)


def test_side_by_side_shows_it_without_and_with(ramp: Viewer) -> None:
    state = ramp.press("d", "]")
    assert (state["split"], state["opacity"]) == ("true", 65)
    half = ramp.width / 2
    zoom = min(half / 320, ramp.height / 240)
    assert state["zoom"] == pytest.approx(zoom, rel=0.01)
    place = half / 2 + 0.4 * 320 * zoom
    without, with_map = ramp.drawn((place, ramp.height / 2), (half + place, ramp.height / 2))
    assert len(set(without)) == 1
    assert np.ptp(with_map) > 20
    between = ramp.drawn(*((x, 5) for x in range(int(half) - 3, int(half) + 4)))
    np.testing.assert_array_equal(between, 0)


def test_the_value_under_the_pointer_is_the_pixels(ramp: Viewer) -> None:
    for x, y in [(400, 200), (611, 377), (700, 601)]:
        ramp.move(x, y)
        column, row = (int(part) for part in ramp.to_picture(x, y))
        expect(ramp.page.get_by_test_id("value")).to_have_text(f"x {column}  y {row}  value {RAMP[row, column]}")
    ramp.press("h")
    ramp.move(ramp.width / 2 + 1, ramp.height / 2)
    value = ramp.page.get_by_test_id("value")
    expect(value).to_have_text(f"x 159  y 120  value {RAMP[120, 159]}")
    ramp.move(2, 2)
    expect(value).to_have_text("")


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("i", "inverted", "true"),
        ("g", "mode", "pan"),
        ("m", "lens", "true"),
        ("x", "cross", "true"),
        ("d", "split", "true"),
        ("o", "overlay", "off"),
        ("c", "colours", "viridis"),
        ("[", "opacity", 55),
        ("]", "opacity", 65),
    ],
)
def test_keys_do_it_and_reset_undoes_it(ramp: Viewer, key: str, name: str, value: object) -> None:
    before = ramp.state
    assert before[name] != value
    assert ramp.press(key)[name] == value
    after = ramp.press("0")
    assert after | {"frames": 0} == before | {"frames": 0}


def test_keys_move_zoom_and_window(ramp: Viewer) -> None:
    before = ramp.state
    assert ramp.press("+")["zoom"] == pytest.approx(1.25 * before["zoom"])
    assert ramp.press("ArrowRight", "ArrowDown")["x"] > before["x"]
    assert ramp.press("-")["zoom"] == pytest.approx(before["zoom"])
    assert ramp.press("Shift+ArrowLeft")["width"] < before["width"]
    assert ramp.press("Shift+ArrowUp")["centre"] > before["centre"]
    expect(ramp.page.get_by_test_id("presets").locator("option:checked")).to_have_text("Own window")
    chosen = ramp.press("2")
    expect(ramp.page.get_by_test_id("presets").locator("option:checked")).to_have_text(AUTO)
    assert chosen["width"] < before["width"]


def test_no_key_reaches_streamlit_and_nothing_is_sent(ramp: Viewer) -> None:
    ramp.page.evaluate(
        "() => { window.send = WebSocket.prototype.send; window.sent = 0;"
        "WebSocket.prototype.send = function () { window.sent += 1; }; }"
    )
    ramp.press("r", "c", "i", "2", "+")
    ramp.drag((300, 300), (320, 330))
    ramp.page.wait_for_timeout(300)
    assert ramp.page.evaluate("() => { WebSocket.prototype.send = window.send; return window.sent; }") == 0
    expect(ramp.page.get_by_role("dialog")).to_have_count(0)


def test_question_mark_lists_the_keys(ramp: Viewer) -> None:
    ramp.press("?")
    dialog = ramp.page.get_by_role("dialog", name="Keys of the viewer")
    expect(dialog).to_be_visible()
    for words in ("Invert", "Turn 90° clockwise", "Zoom at the pointer", "Reset everything", "Two fingers"):
        expect(dialog).to_contain_text(words)
    ramp.page.keyboard.press("i")
    assert ramp.state["inverted"] == "false"
    ramp.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(ramp.stage).to_be_focused()


def test_the_magnifier_doubles_what_is_under_the_pointer(ramp: Viewer) -> None:
    ramp.press("o")
    x, y = ramp.width / 2 + 40, ramp.height / 2
    ramp.move(x, y)
    points = [(x + away, y) for away in (-80, -40, 0, 40, 80)]
    half = [(x + away / 2, y) for away in (-80, -40, 0, 40, 80)]
    outside = [(x + 130, y), (x, y + 130)]
    before = ramp.drawn(*half, *outside)
    ramp.press("m")
    np.testing.assert_allclose(ramp.drawn(*points, *outside), before, atol=2)


def test_the_magnifiers_key_may_be_held(ramp: Viewer) -> None:
    ramp.stage.focus()
    ramp.page.keyboard.down("m")
    assert ramp.state["lens"] == "true"
    ramp.page.wait_for_timeout(500)
    ramp.page.keyboard.up("m")
    assert ramp.state["lens"] == "false"


def test_fingers(ramp: Viewer) -> None:
    before = ramp.state
    ramp.stage.evaluate(
        TOUCH,
        [
            ("pointerdown", 7, 400, 300),
            ("pointerdown", 8, 500, 300),
            ("pointermove", 7, 350, 300),
            ("pointermove", 8, 550, 300),
            ("pointerup", 7, 350, 300),
            ("pointerup", 8, 550, 300),
        ],
    )
    after = ramp.state
    assert after["zoom"] == pytest.approx(2 * before["zoom"])
    assert after["width"] == before["width"]
    one = [("pointerdown", 9, 400, 300), ("pointermove", 9, 450, 300), ("pointerup", 9, 450, 300)]
    ramp.stage.evaluate(TOUCH, one)
    assert ramp.state | {"frames": 0} == after | {"frames": 0}, "a finger scrolls the page until a tool is chosen"
    ramp.press("w")
    ramp.stage.evaluate(TOUCH, one)
    windowed = ramp.state
    assert windowed["width"] > after["width"]
    ramp.press("g")
    ramp.stage.evaluate(TOUCH, one)
    panned = ramp.state
    assert panned["x"] == pytest.approx(windowed["x"] - 50 / windowed["zoom"])
    assert panned["width"] == windowed["width"]


def test_two_fingers_that_move_together_window(ramp: Viewer) -> None:
    before = ramp.state
    steps = [(kind, finger, x + 20 * step, 300) for step in range(1, 4) for kind, finger, x in MOVES]
    ramp.stage.evaluate(TOUCH, [("pointerdown", 7, 400, 300), ("pointerdown", 8, 500, 300), *steps])
    ramp.stage.evaluate(TOUCH, [("pointerup", 7, 460, 300), ("pointerup", 8, 560, 300)])
    after = ramp.state
    assert after["width"] > before["width"]
    assert (after["zoom"], after["x"]) == (before["zoom"], before["x"])


def test_lengths_are_measured_and_stay_on_what_they_measure(ramp: Viewer) -> None:
    ramp.press("l")
    start, end = (400, 300), (600, 450)
    assert ramp.drag(start, end)["lengths"] == 1
    pixels = np.hypot(200, 150) / ramp.state["zoom"]
    text = ramp.page.get_by_test_id("lengths").locator("text")
    expect(text).to_have_text(f"{round(pixels)} px")
    ramp.press("r", "+")
    expect(text).to_have_text(f"{round(pixels)} px")
    ramp.drag(start, start)
    assert ramp.state["lengths"] == 1, "a click measures nothing"
    assert ramp.press("0")["lengths"] == 0
    expect(text).to_have_count(0)


def test_lengths_are_in_mm_where_the_spacing_is_known(show: Callable[[str], Viewer]) -> None:
    viewer = show("spaced")
    viewer.press("l")
    viewer.drag((400, 300), (600, 450))
    zoom = viewer.state["zoom"]
    millimetres = np.hypot(200 / zoom * 0.25, 150 / zoom * 0.5)
    shown = viewer.page.get_by_test_id("lengths").locator("text").text_content() or ""
    assert float(shown.removesuffix(" mm")) == pytest.approx(millimetres, abs=0.3)


def test_full_screen_and_back(ramp: Viewer) -> None:
    before = ramp.box["height"]
    ramp.press("e")
    ramp.page.wait_for_function("() => document.fullscreenElement?.matches('.lf-viewer')")
    expect(ramp.page.get_by_role("button", name="Full screen")).to_have_attribute("aria-pressed", "true")
    ramp.press("e")
    ramp.page.wait_for_function("() => !document.fullscreenElement")
    ramp.settle()
    ramp.page.wait_for_timeout(300)
    assert ramp.box["height"] == pytest.approx(before, abs=1)


def test_the_question_mark_works_at_once(show: Callable[[str], Viewer]) -> None:
    viewer = show("byte")
    viewer.page.keyboard.press("?")
    expect(viewer.page.get_by_role("dialog", name="Keys of the viewer")).to_be_visible()


def test_a_swipe_scrolls_the_page_and_a_finger_has_room(browser: Browser, pages_url: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 500}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{pages_url}/?show=chest")
    viewer = Viewer(page)
    before, box = viewer.state, viewer.box
    session = context.new_cdp_session(page)
    for step in range(12):
        at = [{"x": box["x"] + 100, "y": box["y"] + 100 - 12 * step}]
        kind = "touchMove" if step else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
        page.wait_for_timeout(20)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)
    assert viewer.box["y"] < box["y"] - 50
    assert viewer.state | {"frames": 0} == before | {"frames": 0}
    sizes = viewer.root.locator("button[data-command]:visible").evaluate_all(
        "all => all.map(one => [one.offsetWidth, one.offsetHeight])"
    )
    assert len(sizes) > 12
    assert np.min(sizes) >= 44
    context.close()


def test_a_frame_is_drawn_only_for_a_change_and_once(ramp: Viewer) -> None:
    ramp.page.wait_for_timeout(200)
    at_rest = ramp.state["frames"]
    ramp.page.wait_for_timeout(400)
    assert ramp.state["frames"] == at_rest
    ramp.stage.evaluate(
        TOUCH, [("pointerdown", 7, 400, 300), *(("pointermove", 7, x, 300) for x in range(400, 440))]
    )
    assert ramp.state["frames"] == at_rest + 1
    ramp.stage.evaluate(TOUCH, [("pointerup", 7, 440, 300)])


def test_only_what_has_settled_is_announced(ramp: Viewer) -> None:
    ramp.page.wait_for_timeout(800)
    ramp.page.evaluate(
        """() => {
            window.announced = [];
            const announcement = document.querySelector("[data-testid=announcement]");
            const push = () => window.announced.push(announcement.textContent);
            new MutationObserver(push).observe(announcement, {childList: true});
        }"""
    )
    ramp.press("r", "i", "Shift+ArrowLeft", "h", "r", "2")
    ramp.page.wait_for_timeout(1000)
    assert ramp.page.evaluate("() => window.announced") == [f"Window: {AUTO}"]


def test_every_control_has_a_name_and_a_tooltip(ramp: Viewer) -> None:
    controls = ramp.root.locator(".lf-viewer-tools button, .lf-viewer select")
    names = controls.evaluate_all("all => all.map(one => [one.getAttribute('aria-label'), one.title])")
    assert len(names) >= 12
    assert all(name and tooltip for name, tooltip in names)
    toggle = ramp.page.get_by_role("button", name="Invert")
    expect(toggle).to_have_attribute("aria-pressed", "false")
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "true")


def test_a_page_that_runs_again_leaves_it_as_it_is(ramp: Viewer) -> None:
    before = ramp.press("+", "r", "i")
    began = ramp.page.get_by_test_id("began").get_attribute("data-at")
    ramp.page.get_by_role("button", name="Run again").click()
    expect(ramp.page.get_by_test_id("began")).not_to_have_attribute("data-at", str(began), timeout=SECONDS)
    ramp.page.wait_for_timeout(500)
    assert ramp.state | {"frames": 0} == before | {"frames": 0}


def test_eight_bit_is_labelled_as_such(show: Callable[[str], Viewer]) -> None:
    viewer = show("byte")
    assert (viewer.state["centre"], viewer.state["width"]) == (253 / 2, 253)
    viewer.move(600, 300)
    column, row = (int(part) for part in viewer.to_picture(600, 300))
    expect(viewer.page.get_by_test_id("value")).to_have_text(f"x {column}  y {row}  value {RAMP[row, column] >> 8}")


def test_a_files_own_values_and_windows_are_used(show: Callable[[str], Viewer]) -> None:
    viewer = show("rescaled")
    assert (viewer.state["centre"], viewer.state["width"]) == (40, 400)
    names = viewer.page.get_by_test_id("presets").locator("option").all_inner_texts()
    assert names == ["As recorded", "Full range", AUTO, "Own window"]
    viewer.move(600, 300)
    column, row = (int(part) for part in viewer.to_picture(600, 300))
    value = round(RAMP[row, column] / 65535 * 4095 - 1000)
    expect(viewer.page.get_by_test_id("value")).to_have_text(f"x {column}  y {row}  value {value} HU")


def test_high_values_of_a_negative_are_dark(show: Callable[[str], Viewer]) -> None:
    viewer = show("negative")
    points = [(x, 0.5 * viewer.height) for x in viewer.over(0.2, 0.8, 9)]
    positive = viewer.expected_greys(points)
    np.testing.assert_allclose(viewer.drawn(*points)[:, 0], 255 - positive, atol=2)
    viewer.press("i")
    np.testing.assert_allclose(viewer.drawn(*points)[:, 0], positive, atol=2)


def test_the_heat_map_may_wait_until_it_is_asked_for(show: Callable[[str], Viewer]) -> None:
    viewer = show("negative")
    assert viewer.state["overlay"] == "off"
    expect(viewer.page.get_by_test_id("overlay-switch")).not_to_be_checked()
    assert viewer.press("o")["overlay"] == "on"
    assert viewer.press("0")["overlay"] == "off"


def test_a_large_one_is_shown_smaller_and_says_so(show: Callable[[str], Viewer]) -> None:
    viewer = show("large")
    expect(viewer.page.get_by_test_id("notes")).to_have_text(
        f"Shown at 2600 {TIMES} 2438 pixels, averaged from the file's 3200 {TIMES} 3000: "
        "the finest detail is not here."
    )
    viewer.move(viewer.width / 2 + 5, viewer.height / 2 + 5)
    texts = viewer.page.get_by_test_id("value").inner_text().split()
    assert abs(int(texts[1]) - 1620) < 30
    assert abs(int(texts[3]) - 1520) < 30
    assert int(texts[5]) == round(0.75 * 65535)


def test_without_webgl_it_says_so(page: Page, show: Callable[[str], Viewer]) -> None:
    page.add_init_script(f"({NO_WEBGL})()")
    viewer = show("ramp")
    assert viewer.state["renderer"] == "canvas"
    expect(page.get_by_test_id("notes")).to_contain_text("no WebGL2")
    viewer.press("o")
    viewer.assert_greys()


def test_a_dense_screen_gets_all_its_pixels(browser: Browser, pages_url: str) -> None:
    context = browser.new_context(viewport={"width": 900, "height": 700}, device_scale_factor=2)
    page = context.new_page()
    page.goto(f"{pages_url}/?show=ramp")
    viewer = Viewer(page)
    assert viewer.canvas.evaluate("canvas => canvas.width") == pytest.approx(2 * viewer.width, abs=1)
    assert viewer.state["zoom"] == pytest.approx(2 * min(viewer.width / 320, viewer.height / 240), rel=0.01)
    viewer.move(viewer.width / 2 + 100, viewer.height / 2)
    column = int(160 + 200 / viewer.state["zoom"])
    expect(page.get_by_test_id("value")).to_contain_text(f"x {column} ")
    context.close()


def test_a_lost_context_comes_back(page: Page, show: Callable[[str], Viewer]) -> None:
    page.add_init_script(f"({A_CARD})()")
    page.add_init_script(f"({KEEP_CONTEXT})()")
    viewer = show("ramp")
    assert viewer.press("o")["renderer"] == "webgl2"
    page.evaluate(
        "() => { window.loss = window.gl.getExtension('WEBGL_lose_context'); window.loss.loseContext(); }"
    )
    lost = viewer.press("i")["frames"]
    page.evaluate("() => window.loss.restoreContext()")
    page.wait_for_function("frames => document.querySelector('[data-frames]').dataset.frames > frames", arg=lost)
    viewer.assert_greys()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_holds_it(page: Page, show: Callable[[str], Viewer], scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    viewer = show("chest")
    for key in ("", "d", "h"):
        if key:
            viewer.press(key)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    inside = viewer.root.evaluate(
        "root => [...root.querySelectorAll('button, select, input, span')].filter(one => one.offsetParent)"
        ".every(one => one.getBoundingClientRect().right <= root.getBoundingClientRect().right + 0.5)"
    )
    assert inside
    assert viewer.stage.evaluate("stage => getComputedStyle(stage).backgroundColor") == "rgb(0, 0, 0)"
