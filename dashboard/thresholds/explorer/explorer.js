/**
 * The explorer: what has been chosen, where every handle stands, and the one pass that shows what follows from it.
 * A section hears `receive` when Python's data change and `show` within the event that moved a handle.
 */

/** A key may be held or pressed again: Python hears of the choice once it rests this long. */
const SETTLED_MS = 250;

/** Streamlit calls again whenever Python's data change; a page keeps its one explorer. */
const explorers = new WeakMap();

export default function mount({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".explorer");
  if (!explorers.has(root)) explorers.set(root, new Explorer(root));
  const explorer = explorers.get(root);
  explorer.receive(data, setStateValue);
  return () => explorer.stop();
}

const FURTHER = [RatesSection, Curves, Band, Hospital, Costs, Missed, Paired, Tour];

class Explorer {
  constructor(root) {
    this.root = root;
    this.status = root.querySelector("[role=status]");
    this.places = [...root.querySelectorAll("[data-show]")].map((node) => ({ node, name: node.dataset.show }));
    this.held = false;
    this.slider = new Slider(root, this);
    this.verdict = new Verdict(root, this);
    this.sections = [this.slider, this.verdict, ...FURTHER.map((Section) => new Section(root, this))];
  }

  /** New data from Python. The first of a set of images bring the choice; after them the reader alone moves it. */
  receive(data, send) {
    this.send = send;
    const others = this.data?.name !== data.name;
    this.data = data;
    if (others) {
      this.state = { ...data.start, threshold: answered(data, data.start.threshold) };
      this.sent = JSON.stringify(this.state);
    }
    this.fixed = {
      pneumonias: several(data.tp[0] + data.fn[0], "pneumonia"),
      normals: several(data.fp[0] + data.tn[0], "normal"),
      default: written(data.thresholds, data.default),
      provenance: data.provenance,
      bootstraps: whole(data.bootstraps),
    };
    for (const section of this.sections) section.receive(data);
    this.show();
    if (others) this.announced = this.verdict.judgement;
  }

  /** Everything that depends on the choice, within the event that changed it. */
  show() {
    const { data, state } = this;
    const row = rowAt(data.thresholds, state.threshold);
    const counts = countsAt(data, row);
    const recall = wilson(counts.tp, counts.tp + counts.fn);
    const specificity = wilson(counts.tn, counts.tn + counts.fp);
    const texts = { ...this.fixed };
    for (const [name, count] of Object.entries(counts)) texts[name] = whole(count);
    const seen = { data, state, row, counts, recall, specificity, texts };
    for (const section of this.sections) section.show(seen);
    for (const place of this.places) this.write(place, texts[place.name]);
  }

  write(place, text) {
    if (place.text === text) return;
    place.text = text;
    place.node.textContent = text;
  }

  /** To a threshold, or to the nearest that the table answers for. */
  move(threshold) {
    this.change({ threshold: answered(this.data, threshold) });
  }

  change(part) {
    Object.assign(this.state, part);
    this.show();
    clearTimeout(this.timer);
    if (!this.held) this.timer = setTimeout(() => this.settle(), SETTLED_MS);
  }

  hold() {
    this.held = true;
    this.before = { ...this.state };
  }

  release() {
    this.held = false;
    this.settle();
  }

  takeBack() {
    if (!this.before) return;
    this.state = { ...this.before };
    this.show();
  }

  /** Tell Python, and aloud whether the requirement is still met if that has changed. */
  settle() {
    clearTimeout(this.timer);
    const choice = JSON.stringify(this.state);
    if (choice === this.sent) return;
    this.sent = choice;
    this.send("choice", { ...this.state });
    const { judgement } = this.verdict;
    if (judgement === this.announced) return;
    this.announced = judgement;
    this.status.textContent = this.verdict.requirement.innerText;
  }

  /** Ask Python to compare with another network, or with none. */
  compare(name) {
    this.send("beside", name);
  }

  stop() {
    clearTimeout(this.timer);
  }
}
