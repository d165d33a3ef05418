/** A band of probabilities for a human: what is left to the model, and the curve of all such bands. */

const COVERAGES = Array.from({ length: 51 }, (_, index) => index / 50);

/** Below `low` normal, from `high` on pneumonia; between them a human decides. See model/metrics/referral.py. */
export function referral(data, low, high) {
  const [below, above] = [countsAt(data, rowAt(data.thresholds, low)), countsAt(data, rowAt(data.thresholds, high))];
  const kept = { tp: above.tp, fp: above.fp, fn: below.fn, tn: below.tn };
  const { tp, fp, fn, tn } = above;
  const total = tp + fp + fn + tn;
  return { ...kept, total, referred: total - (kept.tp + kept.fp + kept.fn + kept.tn) };
}

/**
 * Keeping more and more of those farthest from the threshold, as many hundredths of either side: the share kept, and
 * the share of errors among them. Every place is a band that the table can answer for.
 */
export function riskCoverage(data, row) {
  const last = data.tp.length - 1;
  const total = data.tp[0] + data.fn[0] + data.fp[0] + data.tn[0];
  const below = (at) => data.fn[at] + data.tn[at];
  const places = [];
  for (const share of COVERAGES) {
    const lower = search(0, row, (at) => below(at) > share * below(row)) - 1;
    const upper = search(row, last, (at) => total - below(at) <= share * (total - below(row)));
    const low = Math.max(lower, 0);
    const kept = below(low) + total - below(upper);
    if (kept) places.push([kept / total, (data.fn[low] + data.fp[upper]) / kept]);
  }
  return places;
}

/** The first from `low` to `high` for which something holds that holds from there on, else one more than `high`. */
function search(low, high, holds) {
  let [from, to] = [low, high + 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

class Band {
  constructor(root, explorer) {
    this.explorer = explorer;
    this.plot = new Plot(root.querySelector('[data-plot="band"]'));
    this.coverage = new Plot(root.querySelector('[data-plot="coverage"]'));
    this.low = root.querySelector("#band-low");
    this.high = root.querySelector("#band-high");
    this.listen(this.low, (place) => this.to(place, this.low));
    this.listen(this.high, (place) => this.to(place, this.high));
  }

  listen(handle, move) {
    const { explorer } = this;
    handle.addEventListener("input", () => move(handle.valueAsNumber));
    handle.addEventListener("pointerdown", () => explorer.hold());
    handle.addEventListener("pointerup", () => explorer.release());
    handle.addEventListener("change", () => explorer.release());
    handle.addEventListener("pointercancel", () => {
      explorer.takeBack();
      explorer.release();
    });
  }

  /** One handle does not pass the other. */
  to(place, handle) {
    const { data, state } = this.explorer;
    const threshold = answered(data, SCALES.odds.threshold(data, place));
    this.explorer.change(
      handle === this.low
        ? { low: Math.min(threshold, state.high) }
        : { high: Math.max(threshold, state.low) },
    );
  }

  receive(data) {
    drawSpread(this.plot, data);
    this.highest = 0;
  }

  show({ data, state, row, texts }) {
    const { low, high } = state;
    const found = referral(data, low, high);
    this.words(found, low < high, texts);
    texts.low = written(data.thresholds, low);
    texts.high = written(data.thresholds, high);
    this.place(data, state, texts);
    this.drawCoverage(data, row, found);
  }

  words({ tp, fp, fn, tn, referred, total }, wide, texts) {
    const figures = {
      referred: wide ? wilson(referred, total) : NONE,
      kept_accuracy: wilson(tp + tn, total - referred),
      kept_recall: wilson(tp, tp + fn),
    };
    for (const [name, figure] of Object.entries(figures)) {
      texts[name] = share(figure.value);
      texts[`${name}_interval`] = shareRange(figure);
    }
    texts.referred_count = `${whole(referred)} of ${whole(total)}`;
    texts.kept_missed = `${whole(fn)} of ${whole(tp + fn)}`;
  }

  place(data, { low, high }, texts) {
    const at = { low: SCALES.odds.place(data, low), high: SCALES.odds.place(data, high) };
    for (const end of ["low", "high"]) {
      const handle = this[end];
      if (document.activeElement !== handle || Math.abs(handle.valueAsNumber - at[end]) > 0.002) {
        handle.value = at[end];
      }
      handle.setAttribute("aria-valuetext", `probability ${texts[end]}`);
      this.plot.field.style.setProperty(`--${end}`, at[end]);
    }
  }

  /** The curve follows the threshold, the point the band. */
  drawCoverage(data, row, { fp, fn, referred, total }) {
    const places = riskCoverage(data, row);
    const highest = Math.max(0.02, ...places.map(([, risk]) => risk), (fp + fn) / (total - referred) || 0);
    const top = [0.02, 0.05, 0.1, 0.2, 0.5, 1].find((round) => round >= highest);
    if (top !== this.highest) {
      this.highest = top;
      this.coverage.axes(PERCENT_TICKS, [0, 0.5, 1].map((part) => [part, `${+(100 * part * top).toFixed(1)} %`]));
    }
    this.coverage.curve("curve", places.map(([kept, risk]) => [kept, risk / top]));
    const [kept, risk] = [1 - referred / total, (fp + fn) / (total - referred)];
    this.coverage.point("now", kept, risk / top);
    this.coverage.tell(`Risk and coverage: ${share(risk)} errors among the ${share(kept)} that are kept`);
  }
}
