/**
 * The browser side of the threshold explorer: finds the row that holds at a threshold and shows it.
 * No figure is computed here; see table.py for what each one is and how it was written.
 */

const STEP = 0.001;
const PAGE = 0.05;
const KEYS = {
  ArrowRight: STEP,
  ArrowUp: STEP,
  ArrowLeft: -STEP,
  ArrowDown: -STEP,
  PageUp: PAGE,
  PageDown: -PAGE,
  End: 1,
  Home: -1,
};
/** Left free on each side of a bar, as a part of its bin. */
const MARGIN = 0.08;
/** A key may be held or pressed again: Python hears of the threshold once it rests this long. */
const SETTLED_MS = 250;

/** Streamlit calls again whenever Python's data change; an input keeps its one explorer. */
const explorers = new WeakMap();

export default function mount({ data, parentElement, setStateValue }) {
  const input = parentElement.querySelector("input");
  if (!explorers.has(input)) explorers.set(input, new Explorer(parentElement, input));
  const explorer = explorers.get(input);
  explorer.receive(data, (threshold) => setStateValue("threshold", threshold));
  return () => explorer.stop();
}

/** The row whose counts hold: that of the first score not below the threshold, else the last one. */
export function rowAt(thresholds, threshold) {
  let [low, high] = [0, thresholds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (thresholds[middle] < threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The threshold in as few decimals, three at least, as leave every answer what it is. */
export function written(thresholds, threshold) {
  const row = rowAt(thresholds, threshold);
  for (let decimals = 3; decimals < 17; decimals += 1) {
    const text = threshold.toFixed(decimals);
    if (rowAt(thresholds, Number(text)) === row) return text;
  }
  return String(threshold);
}

/** From a threshold by whole steps to a multiple of STEP, within 0 to 1. */
export function moved(threshold, by) {
  const steps = Math.round(by / STEP);
  // The margin keeps 0.57, which is 569.9999999999999 steps, on its multiple.
  const from = steps > 0 ? Math.floor(threshold / STEP + 1e-9) : Math.ceil(threshold / STEP - 1e-9);
  const most = Math.round(1 / STEP);
  return Math.min(Math.max(from + steps, 0), most) / most;
}

/** The score next above or below a threshold: one image, or a few that tie, get another answer there. */
export function neighbour(thresholds, threshold, direction) {
  const next = thresholds[rowAt(thresholds, threshold) + direction];
  return next ?? (direction > 0 ? 1 : 0);
}

/** What each `data-show` of the page reads at a threshold. */
export function texts(data, threshold) {
  const row = rowAt(data.thresholds, threshold);
  const { tp, fp, fn, tn } = countsAt(data, row);
  const shown = { tp, fp, fn, tn, threshold: written(data.thresholds, threshold) };
  for (const [name, values] of Object.entries(data.rates)) {
    shown[name] = values[row];
    shown[`${name}_interval`] = data.intervals[name][row];
  }
  shown.alarms = several(fp, "false alarm");
  shown.requirement = requirement(data, row);
  shown.reason = reason(data, row, shown);
  return shown;
}

/** The same in one sentence, for who hears the slider. */
export function spoken(shown, pneumonias) {
  return (
    `threshold ${shown.threshold}: ${shown.tp} of ${pneumonias} found, ` +
    `${shown.fn} missed, ${shown.alarms}`
  );
}

/**
 * Where a row of bars changes colour, 0 to 1, when so many images lie below the threshold: in the bar that
 * the threshold cuts at the share of its images, for they may crowd at one of its sides.
 */
export function edge(bins, threshold, below) {
  const bin = Math.min(Math.floor(threshold * bins.length), bins.length - 1);
  const before = bins.slice(0, bin).reduce((sum, count) => sum + count, 0);
  const share = bins[bin] ? (below - before) / bins[bin] : 0;
  return (bin + MARGIN + (1 - 2 * MARGIN) * Math.min(Math.max(share, 0), 1)) / bins.length;
}

function countsAt(data, row) {
  return { tp: data.tp[row], fp: data.fp[row], fn: data.fn[row], tn: data.tn[row] };
}

function several(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function requirement(data, row) {
  const words = {
    met: "Requirement met",
    unsure: "Requirement met, but not for certain",
    missed: "Requirement not met",
  };
  return words[data.requirement[row]];
}

function reason(data, row, { recall, recall_interval: interval }) {
  const asked = `Recall is ${recall}; the hospital asks for at least ${data.target}`;
  const words = {
    met: `${asked}, and the whole 95 % interval, ${interval}, reaches it.`,
    unsure: `${asked}, and the 95 % interval, ${interval}, begins below it.`,
    missed: `${asked}.`,
  };
  return words[data.requirement[row]].replaceAll(" %", "\u00a0%");
}

class Explorer {
  constructor(root, input) {
    this.input = input;
    this.panel = root.querySelector(".panel");
    this.requirement = root.querySelector(".requirement");
    this.status = root.querySelector("[role=status]");
    this.places = [...root.querySelectorAll("[data-show]")];
    this.cells = [...root.querySelectorAll("[data-cell]")];
    this.threshold = null;
    this.held = false;
    this.listen((name) => root.querySelector(`[data-testid="${name}"]`));
  }

  listen(button) {
    const { input } = this;
    input.addEventListener("input", () => this.move(input.valueAsNumber));
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("pointerdown", () => this.hold());
    input.addEventListener("pointerup", () => this.release());
    input.addEventListener("change", () => this.release());
    input.addEventListener("pointercancel", () => this.cancel());
    input.addEventListener("blur", () => this.settle());
    const onClick = (name, to) => button(name).addEventListener("click", () => this.jump(to()));
    onClick("reset", () => this.data.default);
    onClick("lower", () => neighbour(this.data.thresholds, this.threshold, -1));
    onClick("higher", () => neighbour(this.data.thresholds, this.threshold, 1));
  }

  /** New data from Python. The first bring the threshold; after them the reader alone moves it. */
  receive(data, send) {
    this.data = data;
    this.send = send;
    this.pneumonias = several(data.tp[0] + data.fn[0], "pneumonia");
    if (this.threshold === null) {
      this.threshold = this.sent = data.start;
      this.input.value = data.start;
    }
    this.drawOnce();
    this.show();
    this.announced ??= data.requirement[this.row];
  }

  drawOnce() {
    const { data } = this;
    this.fixed = {
      pneumonias: this.pneumonias,
      normals: several(data.fp[0] + data.tn[0], "normal"),
      default: written(data.thresholds, data.default),
      provenance: data.provenance,
    };
    const peak = Math.max(...data.pneumonia, ...data.normal);
    for (const name of ["pneumonia", "normal"]) {
      const svg = this.panel.querySelector(`svg.${name}`);
      svg.setAttribute("viewBox", `0 0 ${data[name].length} 1`);
      for (const path of svg.children) path.setAttribute("d", bars(data[name], peak));
    }
    this.panel.style.setProperty("--default", data.default);
  }

  /** Everything that depends on the threshold, within the event that moved it. */
  show() {
    const { data, threshold } = this;
    const shown = { ...this.fixed, ...texts(data, threshold) };
    this.row = rowAt(data.thresholds, threshold);
    for (const place of this.places) place.textContent = shown[place.dataset.show];
    for (const cell of this.cells) cell.style.setProperty("--share", this.share(cell.dataset.cell));
    this.requirement.dataset.state = data.requirement[this.row];
    this.panel.style.setProperty("--at", threshold);
    this.panel.style.setProperty("--missed", edge(data.pneumonia, threshold, shown.fn));
    this.panel.style.setProperty("--alone", edge(data.normal, threshold, shown.tn));
    this.input.setAttribute("aria-valuetext", spoken(shown, this.pneumonias));
  }

  /** Of its row of the matrix, the cell's part: how deep its tint is. */
  share(cell) {
    const { tp, fp, fn, tn } = countsAt(this.data, this.row);
    return { tp, fp, fn, tn }[cell] / ("tp fn".includes(cell) ? tp + fn : fp + tn);
  }

  move(threshold) {
    this.threshold = threshold;
    this.show();
    clearTimeout(this.timer);
    if (!this.held) this.timer = setTimeout(() => this.settle(), SETTLED_MS);
  }

  press(event) {
    if (!(event.key in KEYS) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.input.value = moved(this.threshold, KEYS[event.key]);
    this.input.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  }

  /** To the number itself, not what the input makes of it: Chromium's keeps but 15 digits. */
  jump(threshold) {
    this.input.value = threshold;
    this.move(threshold);
  }

  /** While a finger or mouse holds it the slider goes by steps; it rests on any number, as the default is. */
  hold() {
    this.held = true;
    this.before = this.threshold;
    this.input.step = STEP;
  }

  release() {
    this.held = false;
    this.input.step = "any";
    // Held but not moved: back from the nearest step to the very threshold.
    this.input.value = this.threshold;
    this.settle();
  }

  /** The finger that came down on the slider was scrolling the page. */
  cancel() {
    this.threshold = this.before;
    this.show();
    this.release();
  }

  /** Tell Python, and aloud whether the requirement is still met if that has changed. */
  settle() {
    clearTimeout(this.timer);
    if (this.threshold === this.sent) return;
    this.sent = this.threshold;
    this.send(this.threshold);
    const state = this.data.requirement[this.row];
    if (state === this.announced) return;
    this.announced = state;
    this.status.textContent = this.requirement.innerText;
  }

  stop() {
    clearTimeout(this.timer);
  }
}

/**
 * An SVG path of one bar a bin, in a box as many units wide as there are bins and one unit high.
 * Logarithmic, for a bin may hold nearly all images and another the one that is missed.
 */
function bars(counts, peak) {
  const height = (count) => Math.log1p(count) / Math.log1p(peak);
  const bar = (count, bin) => `M${bin + MARGIN} 1V${1 - height(count)}h${1 - 2 * MARGIN}V1z`;
  return counts.map((count, bin) => (count ? bar(count, bin) : "")).join("");
}
