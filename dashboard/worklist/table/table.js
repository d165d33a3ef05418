/**
 * The browser side of the worklist: shows the rows, sorts and filters them, and tells which one is opened and in
 * which order they stand. What files and headers say is text, never markup.
 */

/** How long the opened reading may take to appear before the page stops waiting to scroll to it. */
const PATIENCE_MS = 8000;
/** Typing rests so long before the filtered order is told. */
const REST_MS = 300;
/** The order in which Python gives the rows: what needs a person first. */
const URGENCY = { column: "decision", falling: false };
const FALLING_FIRST = ["probability", "study"];

/** Streamlit calls again whenever Python's data change; a section keeps its one list. */
const lists = new WeakMap();
/** Where the tab keeps the group and the order over a reload; not what was typed, which may be a name. */
const VIEW = "lungfield.worklist.view";
/** What is shown and how it is sorted: it outlives the section when the reader looks at another page. */
const view = { group: null, typed: "", sort: URGENCY, ...JSON.parse(sessionStorage.getItem(VIEW) ?? "{}") };

export default function mount({ data, parentElement, setTriggerValue }) {
  const section = parentElement.querySelector(".worklist");
  if (!lists.has(section)) lists.set(section, new Worklist(section));
  lists.get(section).receive(data, setTriggerValue);
}

/** Whether what a row says of its radiograph holds every word typed. */
export function matches(row, typed) {
  const text = [row.name, row.detail, row.patient, row.patient_detail, row.study, row.study_detail].join(" ").toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** The rows by a column; equals keep Python's order. */
export function sorted(rows, { column, falling }) {
  const keyed = rows.map((row, at) => ({ row, at, key: sortKey(row, column, at), place: place(row, column) }));
  const sign = falling ? -1 : 1;
  keyed.sort((a, b) => a.place - b.place || (a.place === AMONG ? sign * compared(a.key, b.key) : 0) || a.at - b.at);
  return keyed.map(({ row }) => row);
}

const [ABOVE, AMONG, BELOW] = [0, 1, 2];

/** Whether a row stands among the others. Without a probability a radiograph stands above: a person has to look. */
function place(row, column) {
  if (sortKey(row, column, 0) !== null) return AMONG;
  return column === "probability" && row.group !== "unreadable" ? ABOVE : BELOW;
}

function sortKey(row, column, at) {
  if (column === "decision") return at;
  // A number that is not shown must not be told by its place.
  if (column === "probability") return row.share;
  if (column === "status") return `${row.status_rank} ${row.status} ${row.status_detail}`;
  return row[column] || null;
}

const NATURAL = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

function compared(a, b) {
  return typeof a === "number" ? a - b : NATURAL.compare(a, b);
}

class Worklist {
  constructor(section) {
    this.body = section.querySelector("tbody");
    this.head = section.querySelector("thead");
    this.groups = section.querySelector(".groups");
    this.search = section.querySelector("input");
    this.none = section.querySelector(".none");
    this.shown = section.querySelector(".shown");
    this.section = section;
    this.lines = new Map();
    this.search.value = view.typed;
    this.search.addEventListener("input", () => this.type());
    this.body.addEventListener("click", (event) => this.press(event));
    this.body.addEventListener("keydown", (event) => this.step(event));
    this.groups.addEventListener("click", (event) => this.choose(event));
    this.head.addEventListener("click", (event) => this.sort(event));
  }

  receive(data, send) {
    const opened = this.data !== undefined && this.data.opened === null && data.opened !== null;
    this.data = data;
    this.send = send;
    this.section.style.setProperty("--threshold", data.threshold);
    this.section.classList.toggle("named", data.rows.some((row) => row.patient || row.study));
    for (const row of data.rows) this.lines.set(row.id, this.line(row));
    const there = new Set(data.rows.map((row) => row.id));
    for (const id of this.lines.keys()) if (!there.has(id)) this.lines.delete(id);
    if (!data.rows.some((row) => row.group === view.group)) view.group = null;
    this.draw();
    if (opened) scrollToReading(data.opened);
  }

  /** A row and its node; a row that is as it was keeps both. */
  line(row) {
    const text = JSON.stringify(row);
    const known = this.lines.get(row.id);
    const line = known?.text === text ? known : { text, node: drawn(row, known?.node) };
    const opened = row.id === this.data.opened;
    line.node.classList.toggle("opened", opened);
    setAttribute(line.node.querySelector("button"), "aria-current", String(opened));
    return line;
  }

  /** Draw all that depends on the filter and on the order. */
  draw() {
    const typed = this.data.rows.filter((row) => matches(row, view.typed));
    const rows = sorted(typed, view.sort);
    const shown = rows.filter((row) => view.group === null || row.group === view.group);
    const ids = new Set(shown.map((row) => row.id));
    for (const [id, { node }] of this.lines) node.hidden = !ids.has(id);
    const found = new Set(rows);
    const left = this.data.rows.filter((row) => !found.has(row));
    arrange(this.body, [...rows, ...left].map((row) => this.lines.get(row.id).node));
    this.drawGroups(typed);
    this.drawHead();
    this.none.hidden = shown.length > 0;
    const all = this.data.rows.length;
    const count = shown.length === all ? rowCount(all) : `${shown.length} of ${all} shown`;
    if (this.shown.textContent !== count) this.shown.textContent = count;
    this.tell(shown.filter((row) => row.group !== "unreadable").map((row) => row.id));
  }

  /** One button a group that is there, and one for all of them, each with how many of what was typed it shows. */
  drawGroups(typed) {
    const counts = new Map(this.data.rows.map((row) => [row.group, 0]));
    for (const row of typed) counts.set(row.group, counts.get(row.group) + 1);
    const there = Object.entries(this.data.groups).filter(([group]) => counts.has(group));
    const wanted = [["", "All", typed.length], ...there.map(([group, title]) => [group, title, counts.get(group)])];
    const known = new Map([...this.groups.children].map((button) => [button.dataset.group, button]));
    arrange(
      this.groups,
      wanted.map(([group, title, count]) => {
        const button = known.get(group) ?? element("button", "", { type: "button" });
        button.dataset.group = group;
        setAttribute(button, "aria-pressed", String((view.group ?? "") === group));
        const text = `${title} ${count}`;
        if (button.dataset.text !== text) button.replaceChildren(`${title} `, element("b", String(count)));
        button.dataset.text = text;
        return button;
      }),
    );
  }

  drawHead() {
    for (const title of this.head.querySelectorAll("[data-column]")) {
      const way = title.dataset.column === view.sort.column ? (view.sort.falling ? "descending" : "ascending") : "none";
      setAttribute(title, "aria-sort", way);
    }
  }

  /** Tell Python in which order the rows stand, where that is not its own: the reader steps through them so. */
  tell(ids) {
    const own = view.group === null && !view.typed.trim() && view.sort.column === URGENCY.column && !view.sort.falling;
    const order = own ? null : ids;
    if (String(order) === String(this.data.order)) return clearTimeout(this.telling);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.send("order", { ids: order }), REST_MS);
  }

  type() {
    view.typed = this.search.value;
    this.draw();
  }

  choose(event) {
    const button = event.target.closest("button");
    if (!button) return;
    view.group = button.dataset.group || null;
    this.keep();
    this.draw();
  }

  /** A title sorts by its column, and the other way round when it does so already. */
  sort(event) {
    const column = event.target.closest("button")?.closest("[data-column]").dataset.column;
    if (!column) return;
    const again = column === view.sort.column;
    view.sort = { column, falling: again ? !view.sort.falling : FALLING_FIRST.includes(column) };
    this.keep();
    this.draw();
  }

  keep() {
    sessionStorage.setItem(VIEW, JSON.stringify({ group: view.group, sort: view.sort }));
  }

  /** Anywhere on a row opens it; what cannot be read has nothing to open. */
  press(event) {
    const node = event.target.closest("tr");
    if (!node || node.querySelector("button").disabled) return;
    const id = Number(node.dataset.id);
    this.send("open", { id });
    if (this.data.opened !== null) scrollToReading(id);
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

function rowCount(number) {
  return number === 1 ? "1 row" : `${number} rows`;
}

/** A row's cells, in its old node if there is one. */
function drawn(row, node = element("tr")) {
  node.dataset.id = row.id;
  node.dataset.group = row.group;
  node.dataset.status = row.status_rank;
  const picture = element("td", "", { class: "picture" });
  if (row.thumbnail) picture.append(element("img", "", { src: row.thumbnail, alt: "", decoding: "async" }));
  const name = element("th", "", { scope: "row", class: "name" });
  name.append(element("button", row.name, { type: "button" }), element("small", row.detail));
  name.firstChild.disabled = row.group === "unreadable";
  node.replaceChildren(
    picture,
    name,
    cell("patient", row.patient, row.patient_detail),
    cell("study", row.study, row.study_detail),
    probability(row),
    decision(row),
    cell("status", row.status, row.status_detail),
  );
  return node;
}

/** A cell of a text and of what stands small below it. */
function cell(name, text, detail) {
  const made = element("td", "", { class: name });
  made.append(element("span", text));
  if (detail) made.append(element("small", detail));
  return made;
}

function probability(row) {
  const made = element("td", "", { class: "probability" });
  if (row.share === null) return made;
  const scale = element("span", "", { class: "scale", "aria-hidden": "true" });
  const bar = element("i");
  bar.style.width = `${100 * row.share}%`;
  scale.append(bar, element("u"));
  made.append(element("b", row.probability), scale);
  return made;
}

function decision(row) {
  const made = cell("decision", row.finding, row.note);
  made.firstChild.className = "finding";
  return made;
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

/** The reading stands below the list: bring it up once its picture is there. */
function scrollToReading(id) {
  const until = performance.now() + PATIENCE_MS;
  const look = () => {
    const reading = document.querySelector(`.st-key-worklist-${id}-opened`);
    if (reading?.querySelector("[data-testid=viewer]")) reading.scrollIntoView({ behavior: "smooth", block: "start" });
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
