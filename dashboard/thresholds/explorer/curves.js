/** Curves with a point that moves: whoever drags the point, or the line, drags the threshold. */

/** The row whose point lies nearest to a place, by pixels. */
export function nearest(xs, ys, x, y, { width, height }) {
  let [best, least] = [0, Infinity];
  for (let row = 0; row < xs.length; row += 1) {
    const distance = ((xs[row] - x) * width) ** 2 + ((ys[row] - y) * height) ** 2;
    if (distance < least) [best, least] = [row, distance];
  }
  return best;
}

/** The curves' own numbers, from the counts: arrays by row. */
export function curvesOf({ tp, fp, fn, tn }) {
  const by = (part, ...whole) =>
    part.map((count, row) => count / whole.reduce((sum, counts) => sum + counts[row], 0));
  return {
    recall: by(tp, tp, fn),
    specificity: by(tn, tn, fp),
    alarms: by(fp, tn, fp),
    precision: by(tp, tp, fp),
    accuracy: tp.map((found, row) => (found + tn[row]) / (found + tn[row] + fn[row] + fp[row])),
  };
}

const AGAINST = ["recall", "specificity", "accuracy"];

class Curves {
  constructor(root, explorer) {
    this.explorer = explorer;
    const plot = (name) => new Plot(root.querySelector(`[data-plot="${name}"]`));
    this.roc = plot("roc");
    this.precision = plot("precision");
    this.against = plot("against");
    this.spread = plot("spread");
    this.roc.draggable(explorer, (x, y, size) => this.toRow(nearest(this.of.alarms, this.of.recall, x, y, size)));
    this.precision.draggable(explorer, (x, y, size) =>
      this.toRow(nearest(this.of.recall, this.of.precision, x, y, size)),
    );
    for (const one of [this.against, this.spread]) one.draggable(explorer, (x) => explorer.move(SCALES.odds.threshold(explorer.data, x)));
  }

  /** Above the last threshold there is no alarm; the slider ends at 1. */
  toRow(row) {
    this.explorer.move(this.explorer.data.thresholds[row] ?? 1);
  }

  receive(data) {
    this.of = curvesOf(data);
    this.drawRoc(data);
    this.drawPrecision(data);
    this.drawAgainst(data);
    drawSpread(this.spread, data);
  }

  drawRoc({ bands }) {
    this.roc.axes(PERCENT_TICKS, PERCENT_TICKS);
    drawBand(this.roc, bands.roc);
    this.roc.curve("chance", [[0, 0], [1, 1]]);
    this.roc.curve("curve", this.of.alarms.map((x, row) => [x, this.of.recall[row]]));
  }

  drawPrecision({ bands }) {
    this.precision.axes(PERCENT_TICKS, PERCENT_TICKS);
    drawBand(this.precision, bands.precision);
    const known = this.of.recall.map((x, row) => [x, this.of.precision[row]]).filter(([, y]) => !Number.isNaN(y));
    this.precision.curve("curve", known);
  }

  drawAgainst({ thresholds, odds_axis: axis }) {
    this.against.axes(oddsTicks(axis), PERCENT_TICKS);
    for (const name of AGAINST) this.against.curve(name, steps(thresholds, this.of[name], axis));
  }

  show({ data, state, row, texts }) {
    const { recall, alarms, precision } = this.of;
    this.roc.point("now", alarms[row], recall[row]);
    this.precision.point("now", recall[row], precision[row]);
    const place = placed(data.odds_axis, state.threshold);
    this.against.rule("now", place);
    for (const name of AGAINST) this.against.point(`${name}-now`, place, this.of[name][row]);
    this.spread.rule("now", place);
    this.spread.field.style.setProperty("--at", place);
    texts.roc_now = `recall ${share(recall[row])} at ${share(alarms[row])} false alarms`;
    texts.precision_now = `precision ${share(precision[row])} at recall ${share(recall[row])}`;
    texts.against_now = AGAINST.map((name) => `${name} ${share(this.of[name][row])}`).join(", ");
    this.roc.tell(`ROC curve: ${texts.roc_now}`);
    this.precision.tell(`Precision-recall curve: ${texts.precision_now}`);
    this.against.tell(`At threshold ${texts.threshold}: ${texts.against_now}`);
    this.spread.tell(`Scores of pneumonias and normals, threshold at ${texts.threshold}`);
  }
}

/** A figure against the threshold: it holds up to and with each score, and steps there. */
function steps(thresholds, values, axis) {
  const places = [[0, values[0]]];
  for (let row = 0; row < thresholds.length; row += 1) {
    const x = placed(axis, thresholds[row]);
    places.push([x, values[row]], [x, values[row + 1]]);
  }
  places.push([1, values.at(-1)]);
  return places;
}

function drawBand(plot, { x, low, high }) {
  const along = (ends) => x.map((at, index) => [at / 1000, ends[index] / 1000]);
  plot.area("band", along(low), along(high));
}

/** Pneumonias up, normals down, over log-odds; what the threshold leaves on the wrong side is full. */
function drawSpread(plot, { odds, odds_axis: axis }) {
  const peak = Math.log1p(Math.max(...odds.pneumonia, ...odds.normal));
  const heights = (counts) => counts.map((count) => Math.log1p(count) / peak);
  plot.axes(oddsTicks(axis), []);
  for (const side of ["right", "wrong"]) {
    plot.bars(`pneumonia ${side}`, heights(odds.pneumonia), 0.52, 0.46);
    plot.bars(`normal ${side}`, heights(odds.normal), 0.48, -0.46);
  }
}
