/** The slider between the two distributions, its buttons, and the keys that move it. */

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

/**
 * An SVG path of one bar a bin, in a box as many units wide as there are bins and one unit high.
 * Logarithmic, for a bin may hold nearly all images and another the one that is missed.
 */
export function bars(counts, peak) {
  const height = (count) => Math.log1p(count) / Math.log1p(peak);
  const bar = (count, bin) => `M${bin + MARGIN} 1V${1 - height(count)}h${1 - 2 * MARGIN}V1z`;
  return counts.map((count, bin) => (count ? bar(count, bin) : "")).join("");
}

/** What is said in one sentence to who hears the slider. */
export function spoken(threshold, { tp, fp, fn }) {
  return (
    `threshold ${threshold}: ${tp} of ${several(tp + fn, "pneumonia")} found, ` +
    `${fn} missed, ${several(fp, "false alarm")}`
  );
}

class Slider {
  constructor(root, explorer) {
    this.explorer = explorer;
    this.panel = root.querySelector(".panel");
    this.input = root.querySelector("#threshold");
    this.listen((name) => root.querySelector(`[data-testid="${name}"]`));
  }

  listen(button) {
    const { input, explorer } = this;
    input.addEventListener("input", () => this.slide());
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("pointerdown", () => this.hold());
    input.addEventListener("pointerup", () => this.release());
    input.addEventListener("change", () => this.release());
    input.addEventListener("pointercancel", () => this.cancel());
    input.addEventListener("blur", () => explorer.settle());
    const onClick = (name, to) => button(name).addEventListener("click", () => explorer.move(to()));
    const next = (direction) => neighbour(explorer.data.thresholds, explorer.state.threshold, direction);
    onClick("reset", () => explorer.data.default);
    onClick("lower", () => next(-1));
    onClick("higher", () => next(1));
  }

  receive(data) {
    const peak = Math.max(...data.pneumonia, ...data.normal);
    for (const name of ["pneumonia", "normal"]) {
      const svg = this.panel.querySelector(`svg.${name}`);
      svg.setAttribute("viewBox", `0 0 ${data[name].length} 1`);
      for (const path of svg.children) path.setAttribute("d", bars(data[name], peak));
    }
    this.panel.style.setProperty("--default", data.default);
  }

  show({ data, state, counts, texts }) {
    const { threshold } = state;
    texts.threshold = written(data.thresholds, threshold);
    // While it is dragged, its own number is what it says; else Chromium's keeps but 15 digits of it.
    if (!this.sliding && this.shown !== threshold) this.input.value = this.shown = threshold;
    this.panel.style.setProperty("--at", threshold);
    this.panel.style.setProperty("--missed", edge(data.pneumonia, threshold, counts.fn));
    this.panel.style.setProperty("--alone", edge(data.normal, threshold, counts.tn));
    this.input.setAttribute("aria-valuetext", spoken(texts.threshold, counts));
  }

  slide() {
    this.sliding = true;
    this.explorer.move(this.input.valueAsNumber);
    this.sliding = false;
    this.shown = NaN;
  }

  press(event) {
    if (!(event.key in KEYS) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.input.value = this.stepped(KEYS[event.key]);
    this.input.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  }

  /** By whole steps; of a table that was thinned at least to its next threshold. */
  stepped(by) {
    const { data, state } = this.explorer;
    const to = moved(state.threshold, by);
    if (data.exact || by > 0) return to;
    return Math.min(to, neighbour(data.thresholds, state.threshold, -1));
  }

  /** While a finger or mouse holds it the slider goes by steps; it rests on any number, as the default is. */
  hold() {
    this.explorer.hold();
    this.input.step = STEP;
  }

  release() {
    this.input.step = "any";
    // Held but not moved: back from the nearest step to the very threshold.
    this.input.value = this.explorer.state.threshold;
    this.explorer.release();
  }

  /** The finger that came down on the slider was scrolling the page. */
  cancel() {
    this.explorer.takeBack();
    this.release();
  }
}
