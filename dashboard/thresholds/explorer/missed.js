/** Whom the threshold errs on: recall by kind of pneumonia, and the images themselves, the gravest error first. */

/** Rows that are shown of a list; nobody reads more, and a hand must not wait for them. */
const ROWS = 40;
/** Rows that a list's box has room for. */
const IN_BOX = 6;
const COLUMNS = [
  ["image", "image"],
  ["kind", "kind"],
  ["score", "probability"],
];
const KINDS = { bacteria: "bacterial", virus: "viral" };

/** How many of a list that begins with the gravest errors are errors at a threshold. */
export function errors(list, threshold, kind) {
  const wrong = kind === "pneumonia" ? (score) => score < threshold : (score) => score >= threshold;
  const past = list.findIndex(({ score }) => !wrong(score));
  return past < 0 ? list.length : past;
}

/** In order of a column; the gravest error first for its score. */
export function sorted(list, { column, down }) {
  if (column === "score") return down ? list.toReversed() : list;
  const ordered = list.toSorted((one, other) => (one[column] < other[column] ? -1 : one[column] > other[column] ? 1 : 0));
  return down ? ordered.reverse() : ordered;
}

/** One sortable table whose rows are made once and then only rewritten. */
class ErrorList {
  constructor(root, kind) {
    this.kind = kind;
    this.table = root.querySelector(`[data-list="${kind}"] table`);
    this.order = { column: "score", down: false };
    this.head();
    this.body = this.table.createTBody();
    this.rows = Array.from({ length: ROWS }, () => {
      const row = this.body.insertRow();
      row.hidden = true;
      return COLUMNS.map(() => row.insertCell());
    });
    this.shown = 0;
  }

  head() {
    const row = this.table.createTHead().insertRow();
    this.heads = COLUMNS.map(([column, words]) => {
      const head = row.appendChild(document.createElement("th"));
      const button = head.appendChild(document.createElement("button"));
      head.scope = "col";
      button.type = "button";
      button.textContent = words;
      button.addEventListener("click", () => this.sortBy(column));
      return head;
    });
    this.mark();
  }

  sortBy(column) {
    this.order = { column, down: this.order.column === column && !this.order.down };
    this.mark();
    this.fill();
  }

  mark() {
    const { column } = this.order;
    // The gravest false alarm has the highest score.
    const down = this.order.down !== (column === "score" && this.kind === "normal");
    COLUMNS.forEach(([name], at) => {
      this.heads[at].setAttribute("aria-sort", name !== column ? "none" : down ? "descending" : "ascending");
    });
  }

  receive(list) {
    this.list = list.map(([image, kind, score]) => ({ image, kind, score }));
    this.count = null;
  }

  show(threshold) {
    const count = errors(this.list, threshold, this.kind);
    if (count === this.count) return;
    this.count = count;
    this.fill();
  }

  fill() {
    const listed = sorted(this.list.slice(0, this.count), this.order).slice(0, ROWS);
    listed.forEach((error, at) => this.write(this.rows[at], error));
    for (let at = 0; at < Math.max(this.shown, listed.length); at += 1) {
      this.rows[at][0].parentElement.hidden = at >= listed.length;
    }
    this.shown = listed.length;
  }

  write(cells, error) {
    if (cells.shown === error) return;
    cells.shown = error;
    COLUMNS.forEach(([column], at) => {
      cells[at].textContent = column === "score" ? chance(error.score) : (KINDS[error[column]] ?? error[column]);
    });
  }
}

class Missed {
  constructor(root) {
    this.kinds = root.querySelector(".kinds");
    this.section = root.querySelector("#missed");
    this.lists = { pneumonia: new ErrorList(root, "pneumonia"), normal: new ErrorList(root, "normal") };
  }

  receive(data) {
    this.section.querySelector(".lists").hidden = !data.hardest;
    this.section.hidden = !data.hardest && !Object.keys(data.kinds).length;
    for (const [kind, list] of Object.entries(this.lists)) list.receive(data.hardest?.[kind] ?? []);
    this.bars = Object.keys(data.kinds).map((kind) => [kind, this.bar(kind)]);
    this.kinds.replaceChildren(...this.bars.map(([, { item }]) => item));
  }

  bar(kind) {
    const item = document.createElement("li");
    const add = (tag, className) => Object.assign(item.appendChild(document.createElement(tag)), { className });
    const [name, figure, track, interval] = [add("span"), add("b"), add("i", "bar"), add("small", "interval")];
    name.textContent = KINDS[kind] ?? kind;
    figure.dataset.testid = `recall-${kind}`;
    return { item, figure, track, interval };
  }

  show({ data, state, row, counts, texts }) {
    for (const [kind, bar] of this.bars) this.showKind(data.kinds[kind], row, bar);
    for (const list of Object.values(this.lists)) list.show(state.threshold);
    texts.missed_more = this.more("pneumonia", counts.fn);
    texts.alarms_more = this.more("normal", counts.fp);
  }

  showKind(below, row, { figure, track, interval }) {
    const total = below.at(-1);
    const recall = wilson(total - below[row], total);
    figure.textContent = share(recall.value);
    interval.textContent = `found: ${total - below[row]} of ${total}, ${shareRange(recall)}`;
    for (const end of ["value", "low", "high"]) track.style.setProperty(`--${end}`, recall[end]);
  }

  /** What of a list its box does not show, and how to see it. */
  more(kind, count) {
    const { shown } = this.lists[kind];
    if (count > shown) return `${whole(shown)} of ${whole(count)} are listed: scroll to see them.`;
    return count > IN_BOX ? `Scroll to see all ${whole(count)}.` : "";
  }
}
