/**
 * The viewer: its state, the commands that change it, and the page that shows it. Every change asks for one frame;
 * a frame draws the scene and writes the state onto the page, and nothing else does.
 */

const LENS_POWER = 2;
const LENS_RADIUS = 110;
/** A change is announced to screen readers once nothing has followed for this long. */
const SETTLED_MS = 600;

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
    this.outlineSwitch = this.find("outline-switch");
    this.lungs = this.find("lungs");
    this.presets = this.find("presets");
    this.colours = this.find("colours");
    this.dialog = root.querySelector("dialog");
    this.lengths = this.find("lengths");
    this.places = [...root.querySelectorAll("[data-show]")];
    this.input = new Input(this);
    this.frames = 0;
    this.redraw = () => this.change();
    /** The question mark works at once, in the page's first viewer, unless somebody is writing. */
    this.helpAnywhere = ({ key, target }) => {
      const writes = target.closest?.("input, textarea, select, [contenteditable], .lf-viewer");
      if (key === "?" && !writes && document.querySelector(".lf-viewer") === this.root) this.help();
    };
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
    root.dataset.outlined = picture.outlines.length > 0;
    this.outline = outlinePath(picture);
    this.canvas.setAttribute("aria-label", picture.description);
    root.setAttribute("aria-label", `Viewer: ${picture.description}`);
    this.stage.style.setProperty("--aspect", `${picture.width} / ${picture.height}`);
    const given = picture.presets.map(([name], index) => new Option(name, index));
    this.presets.replaceChildren(...given, new Option("Own window", "own"));
    this.presets.lastChild.hidden = true;
    const maps = picture.colour_maps.map((name, index) => new Option(name[0].toUpperCase() + name.slice(1), index));
    this.colours.replaceChildren(...maps);
    const notes = [];
    if (picture.cold) notes.push("The heat map is empty: nowhere is enough evidence of pneumonia to show.");
    if (picture.isStretched) notes.push("The file's pixels are not square: shown in the shape of what they depict.");
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
      mode: "none",
      lengths: [],
      overlay,
      opacity: 60,
      colours: 0,
      outline: true,
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
    const { placement, lengths, outline, lens } = this.state;
    const { picture, panes, size, scale } = this;
    // Under the magnifier the picture lies otherwise.
    const outlined = outline && !lens ? panes.slice(-1) : [];
    drawOutline(this.lungs, { path: this.outline, placement, panes: outlined, size });
    drawLengths(this.lengths, { picture, placement, panes, size, scale, lengths });
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
      cross: state.cross || (state.split && this.input.pointer) ? { ...probe, scale } : null,
    };
  }

  /** What is looked at, from its pane's corner: under the pointer, else in the middle. */
  probe() {
    if (!this.input.pointer) return { x: this.panes[0].width / 2, y: this.panes[0].height / 2 };
    const pane = paneAt(this.panes, this.input.pointer);
    return { x: this.input.pointer.x - pane.x, y: this.input.pointer.y - pane.y };
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
      lengths: state.lengths.length,
      overlay: state.overlay ? "on" : "off",
      opacity: state.opacity,
      colours: picture.colour_maps[state.colours],
      outline: state.outline ? "on" : "off",
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
    this.outlineSwitch.checked = state.outline;
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
    this.stage.style.cursor = this.input.cursor;
    this.stage.style.touchAction = state.mode === "none" ? "pan-y" : "none";
  }

  /** The pixel that is looked at, if its value is to be shown. */
  pixel() {
    if (!this.input.pointer && !this.state.cross) return null;
    const pane = this.input.pointer ? paneAt(this.panes, this.input.pointer) : this.panes[0];
    const { x, y } = this.probe();
    return this.picture.at(toPicture(this.state.placement, pane, { x: x + pane.x, y: y + pane.y }));
  }

  /** Announce a change to screen readers, once nothing has followed for a moment. */
  announce(text) {
    clearTimeout(this.announcing);
    this.announcing = setTimeout(() => (this.find("announcement").textContent = text), SETTLED_MS);
  }

  /* ---- what commands do ---- */

  toggle(name) {
    const names = { inverted: "Inverted", overlay: "Heat map", outline: "Outline of the lungs", lens: "Magnifier", cross: "Cross" };
    const on = !this.state[name];
    this.change({ [name]: on });
    this.announce(`${names[name]} ${on ? "on" : "off"}`);
  }

  /** Choose what a drag does; chosen again, a mouse windows and a finger scrolls the page. */
  setMode(mode) {
    this.change({ mode: this.state.mode === mode ? "none" : mode });
    const does = { none: "changes the window", window: "changes the window", pan: "pans", measure: "measures a length" };
    this.announce(`Dragging ${does[this.state.mode]}`);
  }

  beginLength(at) {
    const from = this.pointOf(at);
    this.change({ lengths: [...this.state.lengths, { from, to: from }] });
  }

  endLength(at) {
    // A reset may have come in between.
    if (!this.state.lengths.length) return;
    const last = { ...this.state.lengths.at(-1), to: this.pointOf(at) };
    this.change({ lengths: [...this.state.lengths.slice(0, -1), last] });
    this.announce(this.picture.lengthOf(last));
  }

  dropShortLength() {
    const { lengths, placement } = this.state;
    if (!lengths.length) return;
    const { from, to } = lengths.at(-1);
    const drawn = (Math.hypot(to.x - from.x, to.y - from.y) * placement.zoom) / this.scale;
    if (drawn < SHORTEST_LENGTH) this.change({ lengths: lengths.slice(0, -1) });
  }

  /** The picture's point under a point of the stage. */
  pointOf(at) {
    return toPicture(this.state.placement, paneAt(this.panes, at), at);
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.root.requestFullscreen();
  }

  split() {
    this.change({ split: !this.state.split, fit: true });
    this.announce(this.state.split ? "Radiograph and heat map side by side" : "One picture");
  }

  fit() {
    this.change({ fit: true });
    this.announce("Fitted to the frame");
  }

  orient(how) {
    this.change({ placement: how(this.state.placement) });
    this.announce(orientation(this.state.placement) || "As recorded");
  }

  /** At a point of the stage, else in the middle of what is seen. */
  zoom(factor, at = middle(this.panes[0])) {
    const pane = paneAt(this.panes, at);
    this.change({ placement: zoomedAt(this.state.placement, this.picture, pane, at, factor), fit: false });
    this.announce(`Zoom ${Math.round((100 * this.state.placement.zoom * this.picture.width) / this.picture.own_width)} percent`);
  }

  pan(by) {
    this.change({ placement: panned(this.state.placement, this.picture, by), fit: false });
  }

  choose(index) {
    const chosen = this.picture.presets[index];
    if (!chosen) return;
    const [name, centre, width] = chosen;
    this.change({ preset: index, centre, width });
    this.announce(`Window: ${name}`);
  }

  /** Centre and width moved by parts of the span of 98 % of the pixels. */
  window(widthBy, centreBy) {
    const { picture, state } = this;
    const width = within(state.width + widthBy * picture.reach, picture.step, 2 * (picture.high - picture.low));
    const centre = within(state.centre + centreBy * picture.reach, picture.low, picture.high);
    this.change({ width, centre, preset: null });
    this.announce(`Window centre ${picture.written(centre)}, width ${picture.written(width)}`);
  }

  fade(by) {
    this.change({ opacity: within(this.state.opacity + by, 0, 100) });
    this.announce(`Heat map ${this.state.opacity} percent`);
  }

  colour(index) {
    this.change({ colours: index });
    this.announce(`Colours: ${this.picture.colour_maps[index]}`);
  }

  nextColours() {
    this.colour((this.state.colours + 1) % this.picture.colour_maps.length);
  }

  reset() {
    this.change(this.beginning());
    this.announce("Reset");
  }

  help() {
    this.dialog.showModal();
  }

  /* ---- controls ---- */

  listen() {
    const on = (target, name, act) => target.addEventListener(name, act);
    on(this.stage, "dblclick", () => this.fit());
    on(this.switch, "change", () => this.toggle("overlay"));
    on(this.outlineSwitch, "change", () => this.toggle("outline"));
    on(this.opacity, "input", () => this.change({ opacity: this.opacity.valueAsNumber }));
    on(this.presets, "change", () => this.choose(Number(this.presets.value)));
    on(this.colours, "change", () => this.colour(Number(this.colours.value)));
    on(this.root, "fullscreenchange", () => this.change());
    on(this.dialog, "click", (event) => event.target === this.dialog && this.dialog.close());
  }

  equip(button) {
    const command = COMMANDS.find(({ name }) => name === button.dataset.command);
    button.title = `${command.label} (${command.keys[0]})`;
    button.setAttribute("aria-label", command.label);
    button.setAttribute("aria-keyshortcuts", command.keys[0]);
    button.addEventListener("click", () => command.run(this));
    if (command.name === "full-screen") button.hidden = !document.fullscreenEnabled;
    return { button, command };
  }

  watch() {
    if (this.observer) return;
    document.addEventListener("keydown", this.helpAnywhere);
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

  /* ---- the end ---- */

  forget() {
    if (this.picture) this.renderer.forget(this.picture);
    this.picture = null;
  }

  stop() {
    document.removeEventListener("keydown", this.helpAnywhere);
    this.observer?.disconnect();
    this.observer = null;
    cancelAnimationFrame(this.frame);
    this.frame = null;
    clearTimeout(this.announcing);
    this.renderer?.restored?.delete(this.redraw);
    this.forget();
  }
}

/** The stage in screen pixels: exact where the browser gives them, which not every zoomed one does. */
function screenSize({ contentRect, devicePixelContentBoxSize: boxes }) {
  const scale = window.devicePixelRatio;
  const [width, height] = [Math.round(contentRect.width * scale), Math.round(contentRect.height * scale)];
  const [box] = boxes ?? [];
  const agrees = box && Math.abs(box.inlineSize - width) <= 1 && Math.abs(box.blockSize - height) <= 1;
  return agrees ? { width: box.inlineSize, height: box.blockSize } : { width, height };
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
