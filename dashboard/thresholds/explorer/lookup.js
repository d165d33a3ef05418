/** Which row of the table holds at a threshold, and how a threshold moves from one to the next. See table.py. */

const STEP = 0.001;

/** The row whose counts hold: that of the first score not below the threshold, else the last one. */
export function rowAt(thresholds, threshold) {
  let [low, high] = [0, thresholds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (thresholds[middle] < threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A threshold that the table answers for: any, or of a table that was thinned the next of its own. */
export function answered({ thresholds, exact }, threshold) {
  return exact ? threshold : (thresholds[rowAt(thresholds, threshold)] ?? 1);
}

/** The threshold in as few decimals, three at least, as leave every answer what it is. */
export function written(thresholds, threshold) {
  const row = rowAt(thresholds, threshold);
  for (let decimals = 3; decimals < 17; decimals += 1) {
    const text = threshold.toFixed(decimals);
    if (rowAt(thresholds, Number(text)) === row) return text;
  }
  return String(threshold);
}

/** From a threshold by whole steps to a multiple of STEP, within 0 to 1. */
export function moved(threshold, by) {
  const steps = Math.round(by / STEP);
  // The margin keeps 0.57, which is 569.9999999999999 steps, on its multiple.
  const from = steps > 0 ? Math.floor(threshold / STEP + 1e-9) : Math.ceil(threshold / STEP - 1e-9);
  const most = Math.round(1 / STEP);
  return Math.min(Math.max(from + steps, 0), most) / most;
}

/** The score next above or below a threshold: one image, or a few that tie, get another answer there. */
export function neighbour(thresholds, threshold, direction) {
  const next = thresholds[rowAt(thresholds, threshold) + direction];
  return next ?? (direction > 0 ? 1 : 0);
}

export function countsAt(data, row) {
  return { tp: data.tp[row], fp: data.fp[row], fn: data.fn[row], tn: data.tn[row] };
}
