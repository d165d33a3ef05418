/** What the measured recall and specificity come to among this hospital's own children. */

const DAYS = 365;
const [ICONS, ICONS_ACROSS] = [1000, 40];
const ICON = 10;

/** Expected numbers a day, each with its interval: of children missed, with a false alarm, with any alarm, and for a human. */
export function expectations(data, state, recall, specificity) {
  const { prevalence, patients, low, high } = state;
  const [ill, normal] = [patients * prevalence, patients * (1 - prevalence)];
  const scaled = (number, { value, low: least, high: most }) => ({
    value: number * value,
    low: number * least,
    high: number * most,
  });
  const { tp, fp, fn, tn } = countsAt(data, 0);
  const kept = referral(data, low, high);
  const doubtfulIll = low < high ? wilson(tp + fn - kept.tp - kept.fn, tp + fn) : NONE;
  const doubtfulNormal = low < high ? wilson(fp + tn - kept.fp - kept.tn, fp + tn) : NONE;
  const sum = (one, other) => ill * one + normal * other;
  return {
    missed: scaled(ill, rest(recall)),
    alarms: scaled(normal, rest(specificity)),
    called: mover(sum, recall, rest(specificity)),
    referrals: mover(sum, doubtfulIll, doubtfulNormal),
  };
}

/** Whole children out of so many, by their largest remainders: they add up. */
export function among(shares, total) {
  const exact = shares.map((share) => share * total);
  const wholes = exact.map(Math.floor);
  const short = total - wholes.reduce((sum, count) => sum + count, 0);
  const order = exact.map((_, at) => at).sort((a, b) => exact[b] - wholes[b] - (exact[a] - wholes[a]));
  for (const at of order.slice(0, short)) wholes[at] += 1;
  return wholes;
}

/** The outline of the icons from one to before another, row by row. */
export function outline(from, to) {
  if (from >= to) return "";
  const [first, last] = [Math.floor(from / ICONS_ACROSS), Math.floor((to - 1) / ICONS_ACROSS)];
  const rows = [];
  for (let row = first; row <= last; row += 1) {
    const left = row === first ? from % ICONS_ACROSS : 0;
    const right = row === last ? ((to - 1) % ICONS_ACROSS) + 1 : ICONS_ACROSS;
    rows.push(`M${left * ICON} ${row * ICON}H${right * ICON}v${ICON}H${left * ICON}z`);
  }
  return rows.join("");
}

class Hospital {
  constructor(root, explorer) {
    this.prevalence = root.querySelector("#prevalence");
    this.range = root.querySelector('[data-testid="prevalence-range"]');
    this.patients = root.querySelector("#patients");
    this.icons = root.querySelector(".thousand svg");
    this.drawPatterns();
    this.listen(explorer);
  }

  listen(explorer) {
    const { prevalence, range, patients } = this;
    for (const input of [prevalence, range]) {
      input.addEventListener("input", () => {
        const percents = input.valueAsNumber;
        if (percents >= 0.1 && percents <= 99) explorer.change({ prevalence: percents / 100 });
      });
    }
    patients.addEventListener("input", () => {
      const number = patients.valueAsNumber;
      if (number >= 1 && number <= 10000) explorer.change({ patients: number });
    });
    for (const input of [prevalence, range, patients]) input.addEventListener("change", () => explorer.settle());
  }

  /** A child is a dot of a pattern; a kind of children is an area filled with it. */
  drawPatterns() {
    const kinds = ["missed", "found", "alarms", "alone"];
    const pattern = (kind) =>
      `<pattern id="icon-${kind}" class="${kind}" width="${ICON}" height="${ICON}" patternUnits="userSpaceOnUse">` +
      `<circle cx="${ICON / 2}" cy="${ICON / 2}" r="3.6" /></pattern>`;
    const area = (kind) => `<path data-kind="${kind}" fill="url(#icon-${kind})" />`;
    this.icons.innerHTML = `<defs>${kinds.map(pattern).join("")}</defs>${kinds.map(area).join("")}`;
    this.areas = kinds.map((kind) => this.icons.querySelector(`path[data-kind="${kind}"]`));
  }

  receive() {}

  show({ data, state, recall, specificity, texts }) {
    const { prevalence, patients } = state;
    if (document.activeElement !== this.patients) this.patients.value = patients;
    const percents = +(100 * prevalence).toFixed(1);
    if (document.activeElement !== this.prevalence) this.prevalence.value = percents;
    this.range.value = percents;
    this.range.setAttribute("aria-valuetext", share(prevalence));
    texts.prevalence_origin =
      Math.abs(prevalence - data.prevalence) < 5e-4 ? "as where the probabilities were calibrated: set your own" : "";
    for (const [name, number] of Object.entries(expectations(data, state, recall, specificity))) {
      texts[`${name}_day`] = expected(number.value);
      texts[`${name}_year`] = expected(DAYS * number.value);
      texts[`${name}_range`] = `${expected(DAYS * number.low)} to ${expected(DAYS * number.high)}`;
    }
    this.showValues(predictiveValues(recall, specificity, prevalence), texts);
    this.showIcons(prevalence, recall.value, specificity.value, texts);
  }

  showValues({ ppv, npv }, texts) {
    for (const [name, figure] of [["ppv", ppv], ["npv_here", npv]]) {
      texts[name] = share(figure.value);
      texts[`${name}_interval`] = Number.isNaN(figure.value) ? NOTHING : shareRange(figure);
    }
  }

  showIcons(prevalence, recall, specificity, texts) {
    const shares = [
      prevalence * (1 - recall),
      prevalence * recall,
      (1 - prevalence) * (1 - specificity),
      (1 - prevalence) * specificity,
    ];
    const counts = among(shares, ICONS);
    const words = counts.join(" ");
    [texts.of_missed, texts.of_found, texts.of_alarms, texts.of_alone] = counts.map(String);
    if (words === this.drawn) return;
    this.drawn = words;
    let from = 0;
    counts.forEach((count, at) => {
      this.areas[at].setAttribute("d", outline(from, from + count));
      from += count;
    });
    const [missed, found, alarms, alone] = counts;
    this.icons.setAttribute(
      "aria-label",
      `Of 1,000 children: ${missed} missed, ${found} found, ${alarms} false alarms, ${alone} without an alarm, rightly`,
    );
  }
}
