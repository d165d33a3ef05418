/** The slider between the two distributions, its buttons, and the keys that move it. */

/** In steps of the scale. */
const [PAGE, ALL] = [50, 1000];
const KEYS = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: PAGE,
  PageDown: -PAGE,
  End: ALL,
  Home: -ALL,
};
/** Left free on each side of a bar, as a part of its bin. */
const MARGIN = 0.08;

/**
 * Where a row of bars changes colour, 0 to 1, when so many images lie below the threshold: in the bar that
 * the place cuts at the share of its images, for they may crowd at one of its sides.
 */
export function edge(bins, place, below) {
  const bin = Math.min(Math.floor(place * bins.length), bins.length - 1);
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

/** Whether the reading that the reader came from raises an alarm at a threshold. */
export function aboutReading(probability, threshold) {
  if (probability === null) return "";
  return `Your reading, ${chance(probability)}: ${probability >= threshold ? "alarm" : "no alarm"} at this threshold`;
}

/** The scale that was chosen last, also after another page was looked at. */
let scaleName = "odds";

class Slider {
  constructor(root, explorer) {
    this.explorer = explorer;
    this.panel = root.querySelector(".panel");
    this.input = root.querySelector("#threshold");
    this.ticks = root.querySelector(".ticks");
    this.ofReading = [root.querySelector(".reading"), root.querySelector(".of-reading")];
    this.scales = [...root.querySelectorAll(".scale input")];
    this.listen((name) => root.querySelector(`[data-testid="${name}"]`));
  }

  get scale() {
    return SCALES[scaleName];
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
    for (const choice of this.scales) choice.addEventListener("change", () => this.choose(choice.value));
    const onClick = (name, to) => button(name).addEventListener("click", () => explorer.move(to()));
    const next = (direction) => neighbour(explorer.data.thresholds, explorer.state.threshold, direction);
    onClick("reset", () => explorer.data.default);
    onClick("lower", () => next(-1));
    onClick("higher", () => next(1));
  }

  choose(name) {
    scaleName = name;
    this.receive(this.explorer.data);
    this.explorer.show();
  }

  receive(data) {
    this.bins = this.scale.bins(data);
    const peak = Math.max(...this.bins.pneumonia, ...this.bins.normal);
    for (const [name, counts] of Object.entries(this.bins)) {
      const svg = this.panel.querySelector(`svg.${name}`);
      svg.setAttribute("viewBox", `0 0 ${counts.length} 1`);
      for (const path of svg.children) path.setAttribute("d", bars(counts, peak));
    }
    this.panel.style.setProperty("--default", this.scale.place(data, data.default));
    for (const part of this.ofReading) part.hidden = data.reading === null;
    if (data.reading !== null) this.panel.style.setProperty("--reading", this.scale.place(data, data.reading));
    for (const choice of this.scales) choice.checked = choice.value === scaleName;
    this.ticks.replaceChildren(...this.scale.ticks(data).map((one) => tick(one, "across")));
    this.shown = NaN;
  }

  show({ data, state, counts, texts }) {
    const { threshold } = state;
    const place = this.scale.place(data, threshold);
    texts.threshold = written(data.thresholds, threshold);
    // While it is dragged, its own number is what it says; else Chromium's keeps but 15 digits of it.
    if (!this.sliding && this.shown !== threshold) {
      this.input.value = place;
      this.shown = threshold;
    }
    this.panel.style.setProperty("--at", place);
    this.panel.style.setProperty("--missed", edge(this.bins.pneumonia, place, counts.fn));
    this.panel.style.setProperty("--alone", edge(this.bins.normal, place, counts.tn));
    this.input.setAttribute("aria-valuetext", spoken(texts.threshold, counts));
    texts.of_reading = aboutReading(data.reading, threshold);
  }

  slide() {
    this.sliding = true;
    this.explorer.move(this.scale.threshold(this.explorer.data, this.input.valueAsNumber));
    this.sliding = false;
    this.shown = NaN;
  }

  press(event) {
    if (!(event.key in KEYS) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.explorer.move(this.stepped(KEYS[event.key]));
  }

  /** By whole steps; of a table that was thinned at least to its next threshold. */
  stepped(steps) {
    const { data, state } = this.explorer;
    const to = this.scale.stepped(data, state.threshold, steps);
    if (data.exact || steps > 0) return to;
    return Math.min(to, neighbour(data.thresholds, state.threshold, -1));
  }

  /** While a finger or mouse holds it the slider goes by steps; it rests on any number, as the default is. */
  hold() {
    this.explorer.hold();
    this.input.step = this.scale.dragStep;
  }

  release() {
    this.input.step = "any";
    // Held but not moved: back from the nearest step to the very threshold.
    this.input.value = this.scale.place(this.explorer.data, this.explorer.state.threshold);
    this.explorer.release();
  }

  /** The finger that came down on the slider was scrolling the page. */
  cancel() {
    this.explorer.takeBack();
    this.release();
  }
}
