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

/** The fewest decimals that leave every answer what it is, and a threshold apart from 0 and 1. */
function decimalsOf(thresholds, threshold, least = 3) {
  const row = rowAt(thresholds, threshold);
  for (let decimals = least; decimals < 17; decimals += 1) {
    const number = Number(threshold.toFixed(decimals));
    if (rowAt(thresholds, number) === row && number > 0 && number < 1) return decimals;
  }
  return 17;
}

/** The threshold in per cent, as precise as its figures are true: `96.8 %`. */
export function written(thresholds, threshold) {
  if (threshold <= 0 || threshold >= 1) return threshold <= 0 ? "0\u00a0%" : "100\u00a0%";
  const decimals = decimalsOf(thresholds, threshold);
  return `${(100 * Number(threshold.toFixed(decimals))).toFixed(decimals - 2)}\u00a0%`;
}

/** A threshold of three digits, counted from the nearer of 0 and 1, or as many more as leave its answers what they are. */
export function rounded(thresholds, threshold) {
  const end = Math.min(threshold, 1 - threshold);
  if (end <= 0) return threshold <= 0 ? 0 : 1;
  return Number(threshold.toFixed(decimalsOf(thresholds, threshold, Math.max(3, 2 - Math.floor(Math.log10(end))))));
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
