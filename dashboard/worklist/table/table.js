/**
 * The browser side of the worklist: shows the rows that Python has put in order, hides those that the filter
 * leaves out, and tells which one is opened. Names come from files: they are text, never markup.
 */

/** How long the opened reading may take to appear before the page stops waiting to scroll to it. */
const PATIENCE_MS = 8000;

/** Streamlit calls again whenever Python's data change; a section keeps its one list. */
const lists = new WeakMap();

export default function mount({ data, parentElement, setTriggerValue }) {
  const section = parentElement.querySelector(".worklist");
  if (!lists.has(section)) lists.set(section, new Worklist(section));
  lists.get(section).receive(data, (id, order) => setTriggerValue("open", { id, order }));
}

/** Whether a row is of the group asked for, null for any, and its name holds every word typed. */
export function matches(row, group, typed) {
  const name = `${row.name} ${row.detail}`.toLowerCase();
  const words = typed.toLowerCase().split(/\s+/);
  return (group === null || row.group === group) && words.every((word) => name.includes(word));
}

class Worklist {
  constructor(section) {
    this.body = section.querySelector("tbody");
    this.groups = section.querySelector(".groups");
    this.search = section.querySelector("input");
    this.none = section.querySelector(".none");
    this.status = section.querySelector("[role=status]");
    this.section = section;
    this.lines = new Map();
    this.group = null;
    this.search.addEventListener("input", () => this.filter());
    this.body.addEventListener("click", (event) => this.press(event));
    this.body.addEventListener("keydown", (event) => this.step(event));
    this.groups.addEventListener("click", (event) => this.choose(event));
  }

  receive(data, send) {
    this.data = data;
    this.send = send;
    this.section.style.setProperty("--threshold", data.threshold);
    this.drawGroups();
    this.drawRows();
    this.filter();
  }

  /** One button a group that is there, and one for all of them, each with its number. */
  drawGroups() {
    const counts = new Map();
    for (const row of this.data.rows) counts.set(row.group, (counts.get(row.group) ?? 0) + 1);
    if (this.group !== null && !counts.has(this.group)) this.group = null;
    const there = Object.entries(this.data.groups).filter(([group]) => counts.has(group));
    const wanted = [["", "All", this.data.rows.length], ...there.map(([group, title]) => [group, title, counts.get(group)])];
    const known = new Map([...this.groups.children].map((button) => [button.dataset.group, button]));
    arrange(
      this.groups,
      wanted.map(([group, title, count]) => {
        const button = known.get(group) ?? element("button", "", { type: "button" });
        button.dataset.group = group;
        const pressed = (this.group ?? "") === group;
        setAttribute(button, "aria-pressed", String(pressed));
        const text = `${title} ${count}`;
        if (button.dataset.text !== text) button.replaceChildren(`${title} `, element("b", String(count)));
        button.dataset.text = text;
        return button;
      }),
    );
  }

  drawRows() {
    const lines = new Map();
    for (const row of this.data.rows) {
      const text = JSON.stringify(row);
      const known = this.lines.get(row.id);
      const line = known?.text === text ? known : { text, row, node: drawn(row, known?.node) };
      const opened = row.id === this.data.opened;
      line.node.classList.toggle("opened", opened);
      setAttribute(line.node.querySelector("button"), "aria-current", String(opened));
      lines.set(row.id, line);
    }
    this.lines = lines;
    arrange(this.body, [...lines.values()].map((line) => line.node));
  }

  filter() {
    let left = 0;
    for (const { row, node } of this.lines.values()) {
      node.hidden = !matches(row, this.group, this.search.value.trim());
      left += !node.hidden;
    }
    this.none.hidden = left > 0;
    this.section.dataset.shown = left;
  }

  choose(event) {
    const button = event.target.closest("button");
    if (!button) return;
    this.group = button.dataset.group || null;
    this.drawGroups();
    this.filter();
    this.status.textContent = `${this.section.dataset.shown} shown`;
  }

  /** Anywhere on a row opens it; what cannot be read has nothing to open. */
  press(event) {
    const node = event.target.closest("tr");
    if (!node || node.querySelector("button").disabled) return;
    const shown = [...this.lines.values()].filter((line) => !line.node.hidden && line.row.group !== "unreadable");
    this.send(Number(node.dataset.id), shown.map((line) => line.row.id));
    scrollToReading(Number(node.dataset.id));
  }

  /** Arrows go from row to row, as in any list. */
  step(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const buttons = [...this.body.querySelectorAll("tr:not([hidden]) button:enabled")];
    buttons[buttons.indexOf(document.activeElement) + by]?.focus();
  }
}

/** A row's cells, in its old node if there is one. */
function drawn(row, node = element("tr")) {
  node.dataset.id = row.id;
  node.dataset.group = row.group;
  const picture = element("td", "", { class: "picture" });
  if (row.thumbnail) picture.append(element("img", "", { src: row.thumbnail, alt: "", decoding: "async" }));
  const name = element("th", "", { scope: "row" });
  name.append(element("button", row.name, { type: "button" }), element("small", row.detail));
  name.firstChild.disabled = row.group === "unreadable";
  node.replaceChildren(picture, name, probability(row), decision(row));
  return node;
}

function probability(row) {
  const cell = element("td", "", { class: "probability" });
  if (row.share === null) return cell;
  const scale = element("span", "", { class: "scale", "aria-hidden": "true" });
  const bar = element("i");
  bar.style.width = `${100 * row.share}%`;
  scale.append(bar, element("u"));
  cell.append(element("b", row.probability), scale);
  return cell;
}

function decision(row) {
  const cell = element("td", "", { class: "decision" });
  cell.append(element("span", row.finding, { class: "finding" }));
  if (row.note) cell.append(element("small", row.note));
  return cell;
}

/** Put the nodes in this order, moving none that stands in its place: what has the focus keeps it. */
function arrange(parent, nodes) {
  const focused = document.activeElement;
  const wanted = new Set(nodes);
  for (const node of [...parent.children]) if (!wanted.has(node)) node.remove();
  nodes.forEach((node, at) => {
    if (parent.children[at] !== node) parent.insertBefore(node, parent.children[at] ?? null);
  });
  if (focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
}

/** The reading stands below the list: bring it up once it is there. */
function scrollToReading(id) {
  const until = performance.now() + PATIENCE_MS;
  const look = () => {
    const reading = document.querySelector(`.st-key-worklist-${id}-opened`);
    if (reading) reading.scrollIntoView({ behavior: "smooth", block: "start" });
    else if (performance.now() < until) setTimeout(look, 100);
  };
  look();
}

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}

/** Only where it changes: who listens to the page hears no more than that. */
function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}
