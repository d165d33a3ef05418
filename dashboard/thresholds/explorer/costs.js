/** What right and wrong answers are worth here; Python's are in model/metrics/decision_curve.py. */

const HEAVIEST = 200;
/**
 * Probabilities from which one would treat: up to one half, where a false alarm weighs as much as a missed pneumonia.
 * No weight asks for more, and from there on a single false alarm among few normals throws the curve about.
 */
const MOST_TREATMENT = 0.5;
export const TREATMENTS = Array.from({ length: 101 }, (_, index) => (MOST_TREATMENT * index) / 100);
const TREATMENT_TICKS = [0, 0.1, 0.2, 0.3, 0.4, 0.5].map((share) => [share / MOST_TREATMENT, `${100 * share} %`]);
/** Enough for the one curve that is drawn anew at every move: it has no corners. */
const FEWER = TREATMENTS.filter((_, index) => index % 4 === 0);

/** Cost a patient at a row, in false alarms. */
export function costAt({ tp, fp, fn, tn }, row, prevalence, weight) {
  const missed = fn[row] / (tp[row] + fn[row]);
  const alarms = fp[row] / (fp[row] + tn[row]);
  return prevalence * weight * missed + (1 - prevalence) * alarms;
}

/** The row of the lowest cost; of equal ones the lowest threshold. */
export function cheapestRow(costs) {
  return costs.reduce((best, cost, row) => (cost < costs[best] ? row : best), 0);
}

/** Net benefit of a row at a treatment probability (Vickers and Elkin 2006). */
export function benefitAt({ tp, fp, fn, tn }, row, prevalence, treatment) {
  const found = tp[row] / (tp[row] + fn[row]);
  const alarms = fp[row] / (fp[row] + tn[row]);
  return prevalence * found - ((1 - prevalence) * alarms * treatment) / (1 - treatment);
}

/** The score that means a probability at another prevalence than the scores were calibrated at, by Bayes' rule. */
export function scoreOf(probability, prevalence, calibratedAt) {
  const odds = (share) => share / (1 - share);
  const own = (odds(probability) / odds(prevalence)) * odds(calibratedAt);
  return own / (1 + own);
}

class Costs {
  constructor(root, explorer) {
    this.explorer = explorer;
    this.cost = new Plot(root.querySelector('[data-plot="cost"]'));
    this.benefit = new Plot(root.querySelector('[data-plot="benefit"]'));
    this.weight = root.querySelector("#weight");
    // By its logarithm: from 1 to 2 is as far as from 100 to 200.
    this.weight.addEventListener("input", () => explorer.change({ weight: weightAt(this.weight.valueAsNumber) }));
    this.weight.addEventListener("change", () => explorer.settle());
    this.cost.draggable(explorer, (x) => explorer.move(SCALES.odds.threshold(explorer.data, x)));
    root.querySelector('[data-testid="take-cheapest"]').addEventListener("click", () => {
      explorer.move(explorer.data.thresholds[this.best] ?? 1);
    });
  }

  receive() {
    this.drawn = null;
  }

  show({ data, state, row, texts }) {
    const { prevalence, weight } = state;
    const settings = `${prevalence} ${weight}`;
    if (settings !== this.drawn) this.draw(data, state);
    this.drawn = settings;
    this.weight.value = Math.log(weight) / Math.log(HEAVIEST);
    texts.weight = several(weight, "false alarm");
    texts.weight_number = whole(weight);
    this.weight.setAttribute("aria-valuetext", texts.weight);
    texts.cheapest = written(data.thresholds, data.thresholds[this.best] ?? 1);
    texts.cost = perHundred(this.costs[row]);
    texts.least_cost = perHundred(this.costs[this.best]);
    const place = placed(data.odds_axis, state.threshold);
    this.cost.rule("now", place);
    // What costs more than the field is high is marked at its upper edge.
    this.cost.point("now", place, Math.min(this.costs[row] / this.top, 1));
    this.cost.tell(`Expected cost ${texts.cost} at threshold ${texts.threshold}, least at ${texts.cheapest}`);
    this.showYours(data, state, row);
  }

  /** What depends on the prevalence and the weight alone. */
  draw(data, { prevalence, weight }) {
    const { thresholds, odds_axis: axis } = data;
    this.costs = data.tp.map((_, row) => costAt(data, row, prevalence, weight));
    this.best = cheapestRow(this.costs);
    this.top = Math.min(1, 4 * this.costs[this.best]) || 1;
    const ticks = [0, 0.5, 1].map((part) => [part, perHundred(part * this.top)]);
    this.cost.axes(oddsTicks(axis), ticks);
    this.top = Math.max(this.top, 1e-9);
    this.cost.curve("curve", steps(thresholds, this.costs.map((cost) => cost / this.top), axis));
    this.cost.point("least", placed(axis, thresholds[this.best] ?? 1), this.costs[this.best] / this.top);
    this.drawBenefit(data, prevalence, weight);
  }

  drawBenefit(data, prevalence, weight) {
    this.low = -0.25 * prevalence;
    this.span = 1.3 * prevalence;
    const parts = [0, 0.5, 1].map((part) => part * prevalence);
    const y = (benefit) => (benefit - this.low) / this.span;
    this.benefit.axes(TREATMENT_TICKS, parts.map((benefit) => [y(benefit), (1000 * benefit).toFixed(0)]));
    const curve = (name, benefit) =>
      this.benefit.curve(name, TREATMENTS.map((treatment) => [treatment / MOST_TREATMENT, y(benefit(treatment))]));
    curve("none", () => 0);
    curve("all", (treatment) => benefitAt(data, 0, prevalence, treatment));
    curve("model", (treatment) => {
      const score = scoreOf(treatment, prevalence, data.prevalence);
      return benefitAt(data, rowAt(data.thresholds, score), prevalence, treatment);
    });
    this.benefit.rule("weighed", 1 / (1 + weight) / MOST_TREATMENT);
  }

  showYours(data, { prevalence, weight }, row) {
    const y = (treatment) => (benefitAt(data, row, prevalence, treatment) - this.low) / this.span;
    this.benefit.curve("yours", FEWER.map((treatment) => [treatment / MOST_TREATMENT, y(treatment)]));
    const treatment = 1 / (1 + weight);
    const benefit = benefitAt(data, row, prevalence, treatment);
    this.benefit.point("yours-now", treatment / MOST_TREATMENT, y(treatment));
    this.benefit.tell(`Decision curve: your threshold finds, net, ${(1000 * benefit).toFixed(1)} pneumonias in 1,000 children at ${share(treatment)}`);
  }
}

/** A cost a child as one of a hundred children: `6.2`. */
function perHundred(cost) {
  return (100 * cost).toFixed(1);
}

function weightAt(place) {
  const weight = HEAVIEST ** place;
  return weight < 10 ? Math.round(10 * weight) / 10 : Math.round(weight);
}
