/**
 * Mouse, fingers, wheel and keys on the stage, and what they make the viewer do. The input knows where the pointer
 * is and what a drag does; what is shown is the viewer's state.
 */

/** A magnifier's key held longer than this was held on purpose: the magnifier ends with the key. */
const HELD_MS = 350;
/** A drag over so many CSS pixels changes the window by the span of 98 % of the pixels. */
const DRAG_SPAN = 300;
const FINE = 0.2;
/** Two fingers have moved, and not trembled, after so many CSS pixels. */
const TREMBLE = 8;

class Input {
  constructor(viewer) {
    this.viewer = viewer;
    /** Where each pressed pointer is, by its id, in screen pixels of the stage. */
    this.pressed = new Map();
    /** Where the pointer is, pressed or not; null where there is none. */
    this.pointer = null;
    /** What a drag does: "window", "pan" or "measure"; null where there is none, or where the finger scrolls. */
    this.drags = null;
    /** Where two fingers began, by their ids, and what they do, once that can be told: "zoom" or "window". */
    this.began = new Map();
    this.fingers = null;
    this.space = false;
    const { root, stage } = viewer;
    const on = (target, name, act, options) => target.addEventListener(name, act.bind(this), options);
    on(root, "keydown", this.keyDown);
    on(root, "keyup", this.keyUp);
    on(root, "focusout", this.releaseSpace);
    on(stage, "pointerdown", this.pointerDown);
    on(stage, "pointermove", this.pointerMove);
    on(stage, "pointerup", this.pointerUp);
    on(stage, "pointercancel", this.pointerUp);
    on(stage, "pointerleave", this.pointerLeave);
    on(stage, "wheel", this.wheel, { passive: false });
    // One finger scrolls the page; two are the viewer's.
    on(stage, "touchstart", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
    on(stage, "contextmenu", (event) => event.preventDefault());
  }

  /** Whether dragging pans, whatever the button. */
  get pans() {
    return this.space || this.viewer.state.mode === "pan";
  }

  get cursor() {
    if (this.drags && this.drags !== "measure") return this.drags === "pan" ? "grabbing" : "move";
    return this.pans ? "grab" : "crosshair";
  }

  /* ---- pointers ---- */

  /** An event's place on the stage, in screen pixels. */
  placeOf(event) {
    const { stage, scale } = this.viewer;
    const box = stage.getBoundingClientRect();
    const [left, top] = [box.left + stage.clientLeft, box.top + stage.clientTop];
    return { x: (event.clientX - left) * scale, y: (event.clientY - top) * scale };
  }

  pointerDown(event) {
    const { stage } = this.viewer;
    stage.focus({ preventScroll: true });
    // Chromium scrolls the page by itself while a middle button is down.
    if (event.button === 1) event.preventDefault();
    try {
      stage.setPointerCapture(event.pointerId);
    } catch {
      // The finger is up again, or a script made the event: there is nothing to capture.
    }
    this.pressed.set(event.pointerId, this.placeOf(event));
    this.drags = this.dragOf(event);
    if (this.pressed.size === 2) [this.began, this.fingers] = [new Map(this.pressed), null];
    if (this.drags === "measure" && this.pressed.size === 1) this.viewer.beginLength(this.placeOf(event));
    this.pointerMove(event);
  }

  dragOf({ button, pointerType }) {
    if (button > 0 || this.pans) return "pan";
    const { mode } = this.viewer.state;
    return mode === "none" ? (pointerType === "touch" ? null : "window") : mode;
  }

  pointerMove(event) {
    const to = this.placeOf(event);
    const from = this.pressed.get(event.pointerId);
    this.pointer = to;
    if (from) this.pressed.set(event.pointerId, to);
    if (from && this.pressed.size === 1) this.drag(from, to, event.shiftKey);
    if (from && this.pressed.size === 2) this.useTwoFingers(event.pointerId, from, to);
    this.viewer.change();
  }

  drag(from, to, finely) {
    const by = { x: to.x - from.x, y: to.y - from.y };
    if (!this.drags || (!by.x && !by.y)) return;
    if (this.drags === "pan") return this.viewer.pan(by);
    if (this.drags === "measure") return this.viewer.endLength(to);
    this.dragWindow(by, finely);
  }

  dragWindow(by, finely) {
    const part = (finely ? FINE : 1) / (DRAG_SPAN * this.viewer.scale);
    this.viewer.window(by.x * part, by.y * part);
  }

  /** Two fingers that move together change the window; else the picture follows their middle and their distance. */
  useTwoFingers(id, from, to) {
    this.fingers ??= this.whatFingersDo();
    if (this.fingers === "zoom") this.pinch(id, from, to);
    if (this.fingers === "window") this.dragWindow({ x: (to.x - from.x) / 2, y: (to.y - from.y) / 2 }, false);
  }

  whatFingersDo() {
    const [a, b] = [...this.pressed].map(([id, at]) => {
      const { x, y } = this.began.get(id);
      return { x: at.x - x, y: at.y - y };
    });
    const [first, second] = [Math.hypot(a.x, a.y), Math.hypot(b.x, b.y)];
    const tremble = TREMBLE * this.viewer.scale;
    if (Math.min(first, second) > tremble) return a.x * b.x + a.y * b.y > 0 ? "window" : "zoom";
    return Math.max(first, second) > 5 * tremble ? "zoom" : null;
  }

  pinch(id, from, to) {
    const [, other] = [...this.pressed].find(([key]) => key !== id);
    const between = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
    const apart = (a, b) => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
    const [before, after] = [between(from, other), between(to, other)];
    this.viewer.pan({ x: after.x - before.x, y: after.y - before.y });
    this.viewer.zoom(apart(to, other) / apart(from, other), after);
  }

  pointerUp(event) {
    this.pressed.delete(event.pointerId);
    if (this.drags === "measure") this.viewer.dropShortLength();
    // Of two fingers the one that stays does nothing of its own.
    this.drags = null;
    // A finger that lifts leaves no pointer behind, under which a value would be read.
    if (event.pointerType === "touch") this.pointer = null;
    this.viewer.change();
  }

  pointerLeave() {
    this.pointer = null;
    this.viewer.change();
  }

  wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 32 : 1;
    // A pinch on a trackpad comes as a wheel with Ctrl, and in smaller numbers.
    const speed = event.ctrlKey ? 0.01 : 0.0015;
    this.viewer.zoom(Math.exp(-within(event.deltaY * lines, -400, 400) * speed), this.placeOf(event));
  }

  /* ---- keys ---- */

  keyDown(event) {
    const { dialog } = this.viewer;
    if (dialog.open || event.altKey || event.ctrlKey || event.metaKey || takes(event.target, event.key)) return;
    if (!this.press(event)) return;
    event.preventDefault();
    // Streamlit listens too: its `r` would run the page again, its `c` offer to clear the cache.
    event.stopPropagation();
  }

  /** Act on a key; false where it has no meaning here. */
  press(event) {
    const { viewer } = this;
    if (event.key === " ") this.holdSpace();
    else if (event.key in ARROWS) this.arrow(...ARROWS[event.key], event.shiftKey);
    else if (/^[1-9]$/.test(event.key)) viewer.choose(Number(event.key) - 1);
    else return this.command(event);
    return true;
  }

  command(event) {
    const { viewer } = this;
    const command = commandFor(event);
    if (!command) return false;
    if (command.name === "lens") this.lensSince = viewer.state.lens || event.repeat ? this.lensSince : event.timeStamp;
    const able = viewer.picture.mapped || !command.mapped;
    if (able && (!event.repeat || /^zoom|less|more/.test(command.name))) command.run(viewer);
    return true;
  }

  arrow(x, y, shifted) {
    if (shifted) return this.viewer.window(x * WINDOW_STEP, -y * WINDOW_STEP);
    const [{ width, height }] = this.viewer.panes;
    this.viewer.pan({ x: -x * PAN_STEP * width, y: -y * PAN_STEP * height });
  }

  keyUp(event) {
    if (event.key === " ") this.releaseSpace();
    if (event.key.toLowerCase() !== "m") return;
    const held = this.viewer.state?.lens && this.lensSince !== undefined;
    if (held && event.timeStamp - this.lensSince > HELD_MS) this.viewer.toggle("lens");
    this.lensSince = undefined;
  }

  holdSpace() {
    this.space = true;
    this.viewer.change();
  }

  releaseSpace() {
    this.space = false;
    this.viewer.change();
  }
}

/** Whether a control needs the key for itself. */
function takes(target, key) {
  if (target.matches("select")) return true;
  if (target.matches("input[type=range]")) return key in ARROWS;
  return target.matches("button, input") && (key === " " || key === "Enter");
}
