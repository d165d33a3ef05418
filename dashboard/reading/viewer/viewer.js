/**
 * The viewer: its state, the hands and keys that change it, and the page that shows it. Whatever changes
 * asks for one frame; a frame draws the scene and writes the state onto the page, and nothing else does.
 */

const LENS_POWER = 2;
const LENS_RADIUS = 110;
/** A magnifier's key held longer than this was held on purpose: it ends with the key. */
const HELD_MS = 350;
/** What changed is told aloud once it has rested this long. */
const SETTLED_MS = 600;
/** A drag over so many CSS pixels changes the window by the span of 98 % of the pixels. */
const DRAG_SPAN = 300;
const FINE = 0.2;

/** Streamlit calls again whenever the page runs; a stage keeps its one viewer. */
const viewers = new WeakMap();

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".lf-viewer");
  if (!viewers.has(root)) viewers.set(root, new Viewer(root));
  const viewer = viewers.get(root);
  viewer.receive(data);
  return () => viewer.stop();
}

class Viewer {
  constructor(root) {
    this.root = root;
    this.find = (name) => root.querySelector(`[data-testid="${name}"]`);
    this.stage = this.find("stage");
    this.canvas = this.find("radiograph");
    this.opacity = this.find("overlay-opacity");
    this.switch = this.find("overlay-switch");
    this.presets = this.find("presets");
    this.colours = this.find("colours");
    this.dialog = root.querySelector("dialog");
    this.places = [...root.querySelectorAll("[data-show]")];
    this.pointers = new Map();
    this.hand = null;
    this.frames = 0;
    this.redraw = () => this.change();
    this.listen();
    fillDialog(this.dialog.querySelector("dl"));
    this.buttons = [...root.querySelectorAll("[data-command]")].map((button) => this.equip(button));
  }

  /** New bytes from Python; the same ones again change nothing. */
  receive(bytes) {
    if (this.picture?.is(bytes)) return;
    this.forget();
    this.picture = new Picture(bytes);
    this.renderer ??= this.chooseRenderer();
    this.describe();
    this.state = this.beginning();
    this.watch();
    this.change();
  }

  /** The graphics card where one draws WebGL2. A canvas cannot change its kind: the first choice stays. */
  chooseRenderer() {
    const gpu = Gpu.shared();
    const able = gpu && !gpu.isSoftware && gpu.holds(this.picture);
    this.root.dataset.renderer = able ? "webgl2" : "canvas";
    this.root.dataset.webgl = gpu ? (gpu.isSoftware ? "software" : "card") : "missing";
    if (able) gpu.restored.add(this.redraw);
    return able ? gpu : new Plain();
  }

  /** What is fixed as long as the picture is. */
  describe() {
    const { picture, root } = this;
    root.dataset.mapped = picture.mapped;
    this.canvas.setAttribute("aria-label", picture.description);
    this.stage.style.setProperty("--aspect", `${picture.width} / ${picture.height}`);
    const given = picture.presets.map(([name], index) => new Option(name, index));
    this.presets.replaceChildren(...given, new Option("Own window", "own"));
    this.presets.lastChild.hidden = true;
    const maps = picture.colour_maps.map((name, index) => new Option(name[0].toUpperCase() + name.slice(1), index));
    this.colours.replaceChildren(...maps);
    const notes = [];
    if (picture.isReduced) {
      notes.push(
        `Shown at ${picture.width} \u00d7 ${picture.height} pixels, averaged from the file's ` +
          `${picture.own_width} \u00d7 ${picture.own_height}: the finest detail is not here.`,
      );
    }
    if (root.dataset.webgl === "missing") {
      notes.push("This browser has no WebGL2: the picture is drawn without the graphics card, and more slowly.");
    }
    this.find("notes").textContent = notes.join(" ");
    const by = root.dataset.renderer === "webgl2" ? "the graphics card" : "the processor, without a graphics card";
    this.find("drawn-by").textContent = `This picture is drawn by ${by}.`;
  }

  beginning() {
    const { presets, overlay } = this.picture;
    const [, centre, width] = presets[0];
    const placement = { x: 0, y: 0, zoom: 1, turns: 0, mirrored: false };
    return {
      placement,
      fit: true,
      centre,
      width,
      preset: 0,
      inverted: false,
      mode: "window",
      overlay,
      opacity: 60,
      colours: 0,
      split: false,
      lens: false,
      cross: false,
    };
  }

  /* ---- frames ---- */

  change(part = {}) {
    Object.assign((this.state ??= {}), part);
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  draw() {
    if (!this.picture || !this.size?.width || !this.size.height) return;
    if (this.canvas.width !== this.size.width) this.canvas.width = this.size.width;
    if (this.canvas.height !== this.size.height) this.canvas.height = this.size.height;
    this.place();
    if (!this.renderer.draw(this.canvas, this.scene())) return;
    this.frames += 1;
    this.show();
  }

  /** Where the panes are, and the picture in them where it follows their size. */
  place() {
    const { state, picture, size } = this;
    this.panes = panes(size, picture, state.placement, state.split);
    if (state.fit) state.placement = fitted(state.placement, picture, this.panes[0]);
  }

  scene() {
    const { state, picture } = this;
    const over = state.overlay ? state.opacity / 100 : 0;
    const probe = this.probe();
    const scale = this.scale;
    const radius = Math.min(LENS_RADIUS * scale, 0.35 * Math.min(this.panes[0].width, this.panes[0].height));
    return {
      picture,
      placement: state.placement,
      panes: this.panes,
      overlays: state.split ? [0, over] : [over],
      centre: picture.toCode(state.centre) / picture.top,
      width: state.width / (picture.high - picture.low),
      inverted: state.inverted !== picture.negative,
      colours: state.colours,
      lens: state.lens ? { ...probe, radius, power: LENS_POWER } : null,
      cross: state.cross || (state.split && this.pointer) ? { ...probe, scale } : null,
    };
  }

  /** What is looked at, from its pane's corner: under the pointer, else in the middle. */
  probe() {
    if (!this.pointer) return { x: this.panes[0].width / 2, y: this.panes[0].height / 2 };
    const pane = paneAt(this.panes, this.pointer);
    return { x: this.pointer.x - pane.x, y: this.pointer.y - pane.y };
  }

  /** Screen pixels for one of CSS's. */
  get scale() {
    return this.size.width / this.stage.clientWidth;
  }

  /* ---- the state on the page ---- */

  show() {
    const { state, picture, root } = this;
    const { placement } = state;
    const turnedBy = orientation(placement);
    const pixel = this.pixel();
    const ownZoom = (placement.zoom * picture.width) / picture.own_width;
    const unit = picture.unit && ` ${picture.unit}`;
    Object.assign(root.dataset, {
      frames: this.frames,
      centre: state.centre,
      width: state.width,
      zoom: placement.zoom,
      x: placement.x,
      y: placement.y,
      rotation: 90 * placement.turns,
      mirrored: placement.mirrored,
      inverted: state.inverted,
      mode: state.mode,
      overlay: state.overlay ? "on" : "off",
      opacity: state.opacity,
      colours: picture.colour_maps[state.colours],
      split: state.split,
      lens: state.lens,
      cross: state.cross,
      fit: state.fit,
    });
    const texts = {
      view_label: picture.view_label && turnedBy ? `${picture.view_label}, as recorded` : picture.view_label,
      orientation: turnedBy && `${turnedBy}: not as recorded`,
      window: `W ${picture.written(state.width)}  C ${picture.written(state.centre)}${unit}`,
      zoom: `${Math.round(100 * ownZoom)} %`,
      value: pixel ? `x ${pixel.x}  y ${pixel.y}  value ${picture.written(pixel.value)}${unit}` : "",
      opacity: `${state.opacity} %`,
      ...(picture.orientation && edges(placement, picture.orientation)),
    };
    for (const place of this.places) {
      const text = texts[place.dataset.show] ?? "";
      if (place.textContent !== text) place.textContent = text;
    }
    this.showControls();
  }

  showControls() {
    const { state, picture } = this;
    for (const { button, command } of this.buttons) {
      if (command.on) button.setAttribute("aria-pressed", command.on(this));
    }
    this.switch.checked = state.overlay;
    this.opacity.value = state.opacity;
    this.opacity.disabled = !state.overlay;
    this.opacity.setAttribute("aria-valuetext", `${state.opacity} percent`);
    this.presets.lastChild.hidden = state.preset !== null;
    this.presets.value = state.preset ?? "own";
    this.colours.value = state.colours;
    if (this.ramp !== state.colours) {
      this.find("ramp").style.background = gradient(picture.tables[state.colours]);
      this.ramp = state.colours;
    }
    this.stage.style.cursor = this.hand?.does ?? (state.mode === "pan" || this.space ? "grab" : "crosshair");
  }

  /** The pixel that is looked at, if its value is to be shown. */
  pixel() {
    if (!this.pointer && !this.state.cross) return null;
    const pane = this.pointer ? paneAt(this.panes, this.pointer) : this.panes[0];
    const { x, y } = this.probe();
    return this.picture.at(toPicture(this.state.placement, pane, { x: x + pane.x, y: y + pane.y }));
  }

  /** Tell who cannot see, once nothing has followed for a moment. */
  say(text) {
    clearTimeout(this.saying);
    this.saying = setTimeout(() => (this.find("said").textContent = text), SETTLED_MS);
  }

  /* ---- what commands do ---- */

  toggle(name) {
    const words = { inverted: "Inverted", overlay: "Heat map", lens: "Magnifier", cross: "Cross" };
    const on = !this.state[name];
    this.change({ [name]: on });
    this.say(`${words[name]} ${on ? "on" : "off"}`);
  }

  setMode(mode) {
    this.change({ mode });
    this.say(mode === "pan" ? "Dragging pans" : "Dragging changes the window");
  }

  split() {
    this.change({ split: !this.state.split, fit: true });
    this.say(this.state.split ? "Radiograph and heat map side by side" : "One picture");
  }

  fit() {
    this.change({ fit: true });
    this.say("Fitted to the frame");
  }

  orient(how) {
    this.change({ placement: how(this.state.placement) });
    this.say(orientation(this.state.placement) || "As recorded");
  }

  /** At a point of the stage, else in the middle of what is seen. */
  zoom(factor, at = middle(this.panes[0])) {
    const pane = paneAt(this.panes, at);
    this.change({ placement: zoomedAt(this.state.placement, this.picture, pane, at, factor), fit: false });
    this.say(`Zoom ${Math.round((100 * this.state.placement.zoom * this.picture.width) / this.picture.own_width)} percent`);
  }

  pan(by) {
    this.change({ placement: panned(this.state.placement, this.picture, by), fit: false });
  }

  choose(index) {
    const chosen = this.picture.presets[index];
    if (!chosen) return;
    const [name, centre, width] = chosen;
    this.change({ preset: index, centre, width });
    this.say(`Window: ${name}`);
  }

  /** Centre and width moved by parts of the span of 98 % of the pixels. */
  window(widthBy, centreBy) {
    const { picture, state } = this;
    const width = within(state.width + widthBy * picture.reach, picture.step, 2 * (picture.high - picture.low));
    const centre = within(state.centre + centreBy * picture.reach, picture.low, picture.high);
    this.change({ width, centre, preset: null });
    this.say(`Window centre ${picture.written(centre)}, width ${picture.written(width)}`);
  }

  fade(by) {
    this.change({ opacity: within(this.state.opacity + by, 0, 100) });
    this.say(`Heat map ${this.state.opacity} percent`);
  }

  colour(index) {
    this.change({ colours: index });
    this.say(`Colours: ${this.picture.colour_maps[index]}`);
  }

  nextColours() {
    this.colour((this.state.colours + 1) % this.picture.colour_maps.length);
  }

  reset() {
    this.change(this.beginning());
    this.say("Reset");
  }

  help() {
    this.dialog.showModal();
  }

  /* ---- hands ---- */

  listen() {
    const { stage } = this;
    const on = (target, name, act, options) => target.addEventListener(name, act.bind(this), options);
    on(this.root, "keydown", this.keyDown);
    on(this.root, "keyup", this.keyUp);
    on(this.root, "focusout", this.letGo);
    on(stage, "pointerdown", this.pointerDown);
    on(stage, "pointermove", this.pointerMove);
    on(stage, "pointerup", this.pointerUp);
    on(stage, "pointercancel", this.pointerUp);
    on(stage, "pointerleave", this.pointerLeave);
    on(stage, "wheel", this.wheel, { passive: false });
    on(stage, "dblclick", this.fit);
    on(stage, "contextmenu", (event) => event.preventDefault());
    on(this.switch, "change", () => this.toggle("overlay"));
    on(this.opacity, "input", () => this.change({ opacity: this.opacity.valueAsNumber }));
    on(this.presets, "change", () => this.choose(Number(this.presets.value)));
    on(this.colours, "change", () => this.colour(Number(this.colours.value)));
    on(this.dialog, "click", (event) => event.target === this.dialog && this.dialog.close());
  }

  equip(button) {
    const command = COMMANDS.find(({ name }) => name === button.dataset.command);
    button.title = `${command.label} (${command.keys[0]})`;
    button.setAttribute("aria-label", command.label);
    button.setAttribute("aria-keyshortcuts", command.keys[0]);
    button.addEventListener("click", () => command.run(this));
    return { button, command };
  }

  watch() {
    if (this.observer) return;
    this.observer = new ResizeObserver(([entry]) => {
      this.size = screenSize(entry);
      this.change();
    });
    try {
      this.observer.observe(this.stage, { box: "device-pixel-content-box" });
    } catch {
      this.observer.observe(this.stage);
    }
  }

  /** A pointer's place on the stage, in screen pixels. */
  placeOf(event) {
    const box = this.stage.getBoundingClientRect();
    const [left, top] = [box.left + this.stage.clientLeft, box.top + this.stage.clientTop];
    return { x: (event.clientX - left) * this.scale, y: (event.clientY - top) * this.scale };
  }

  pointerDown(event) {
    this.stage.focus({ preventScroll: true });
    // Chromium scrolls the page by itself while a middle button is down.
    if (event.button === 1) event.preventDefault();
    try {
      this.stage.setPointerCapture(event.pointerId);
    } catch {
      // The finger is up again, or a script made the event: there is nothing to capture.
    }
    this.pointers.set(event.pointerId, this.placeOf(event));
    const pans = event.button > 0 || this.space || this.state.mode === "pan";
    this.hand = { does: pans ? "grabbing" : "move", pans };
    this.pointerMove(event);
  }

  pointerMove(event) {
    const to = this.placeOf(event);
    const from = this.pointers.get(event.pointerId);
    // A finger that lifts leaves nothing behind to read a value under.
    this.pointer = to;
    if (from && this.pointers.size === 1) this.drag(from, to, event.shiftKey);
    if (from && this.pointers.size === 2) this.pinch(event.pointerId, from, to);
    if (from) this.pointers.set(event.pointerId, to);
    this.change();
  }

  drag(from, to, finely) {
    const by = { x: to.x - from.x, y: to.y - from.y };
    if (!by.x && !by.y) return;
    if (this.hand.pans) return this.pan(by);
    const part = (finely ? FINE : 1) / (DRAG_SPAN * this.scale);
    this.window(by.x * part, by.y * part);
  }

  /** Two fingers: the picture goes with their middle and grows with their distance. */
  pinch(id, from, to) {
    const [, other] = [...this.pointers].find(([key]) => key !== id);
    const between = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
    const apart = (a, b) => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
    const [before, after] = [between(from, other), between(to, other)];
    this.pan({ x: after.x - before.x, y: after.y - before.y });
    this.zoom(apart(to, other) / apart(from, other), after);
  }

  pointerUp(event) {
    this.pointers.delete(event.pointerId);
    if (!this.pointers.size) this.hand = null;
    if (event.pointerType === "touch") this.pointer = null;
    this.change();
  }

  pointerLeave() {
    this.pointer = null;
    this.change();
  }

  wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 32 : 1;
    // A pinch on a trackpad comes as a wheel with Ctrl, and in smaller numbers.
    const speed = event.ctrlKey ? 0.01 : 0.0015;
    this.zoom(Math.exp(-within(event.deltaY * lines, -400, 400) * speed), this.placeOf(event));
  }

  keyDown(event) {
    if (this.dialog.open || event.altKey || event.ctrlKey || event.metaKey || takes(event.target, event.key)) return;
    if (!this.press(event)) return;
    event.preventDefault();
    // Streamlit listens too: its `r` would run the page again, its `c` offer to clear the cache.
    event.stopPropagation();
  }

  /** Whether the key meant something. */
  press(event) {
    if (event.key === " ") return this.holdSpace();
    if (event.key in ARROWS) return this.arrow(...ARROWS[event.key], event.shiftKey);
    if (/^[1-9]$/.test(event.key)) {
      this.choose(Number(event.key) - 1);
      return true;
    }
    const command = commandFor(event);
    if (!command) return false;
    if (command.name === "lens") this.lensSince = this.state.lens || event.repeat ? this.lensSince : event.timeStamp;
    const able = this.picture.mapped || !command.mapped;
    if (able && (!event.repeat || /^zoom|less|more/.test(command.name))) command.run(this);
    return true;
  }

  holdSpace() {
    this.space = true;
    this.change();
    return true;
  }

  arrow(x, y, shifted) {
    if (shifted) this.window(x * WINDOW_STEP, -y * WINDOW_STEP);
    else {
      const [{ width, height }] = this.panes;
      this.pan({ x: -x * PAN_STEP * width, y: -y * PAN_STEP * height });
    }
    return true;
  }

  keyUp(event) {
    if (event.key === " ") this.letGo();
    const held = event.key.toLowerCase() === "m" && this.state?.lens && this.lensSince !== undefined;
    if (held && event.timeStamp - this.lensSince > HELD_MS) this.toggle("lens");
    if (event.key.toLowerCase() === "m") this.lensSince = undefined;
  }

  letGo() {
    this.space = false;
    this.change();
  }

  /* ---- the end ---- */

  forget() {
    if (this.picture) this.renderer.forget(this.picture);
    this.picture = null;
  }

  stop() {
    this.observer?.disconnect();
    this.observer = null;
    cancelAnimationFrame(this.frame);
    this.frame = null;
    clearTimeout(this.saying);
    this.renderer?.restored?.delete(this.redraw);
    this.forget();
  }
}

/** Whether a control needs the key for itself. */
function takes(target, key) {
  if (target.matches("select")) return true;
  if (target.matches("input[type=range]")) return key in ARROWS;
  return target.matches("button, input") && (key === " " || key === "Enter");
}

/** The stage in screen pixels: exactly where the browser tells it so, which not every zoomed one does. */
function screenSize({ contentRect, devicePixelContentBoxSize: boxes }) {
  const scale = window.devicePixelRatio;
  const [width, height] = [Math.round(contentRect.width * scale), Math.round(contentRect.height * scale)];
  const [told] = boxes ?? [];
  const agrees = told && Math.abs(told.inlineSize - width) <= 1 && Math.abs(told.blockSize - height) <= 1;
  return agrees ? { width: told.inlineSize, height: told.blockSize } : { width, height };
}

function gradient(table) {
  const colour = (level) => `rgb(${table.subarray(3 * level, 3 * level + 3).join(" ")})`;
  return `linear-gradient(90deg, ${[0, 51, 102, 153, 204, 255].map(colour)})`;
}

function fillDialog(list) {
  const own = COMMANDS.map(({ keys, label }) => [keys.join(" or "), label]);
  for (const [keys, label] of [...own, ...GESTURES]) {
    const row = document.createElement("div");
    const [term, meaning] = [document.createElement("dt"), document.createElement("dd")];
    [term.textContent, meaning.textContent] = [keys, label];
    row.append(term, meaning);
    list.append(row);
  }
}
