/** 95 % intervals where the reader's own numbers enter; Python's are in model/metrics/intervals.py and model/metrics/rates.py. */

const Z_95 = 1.959963984540054;

/** A share with Wilson's interval (Wilson 1927; Brown, Cai, DasGupta 2001, eq. 4). */
export function wilson(part, whole) {
  if (!whole) return { value: NaN, low: 0, high: 1 };
  const [value, z2] = [part / whole, Z_95 ** 2];
  const centre = (value + z2 / (2 * whole)) / (1 + z2 / whole);
  const half =
    (Z_95 / (1 + z2 / whole)) * Math.sqrt((value * (1 - value)) / whole + z2 / (4 * whole * whole));
  return { value, low: part > 0 ? centre - half : 0, high: part < whole ? centre + half : 1 };
}

/** What is zero by what it is, and not by chance: the share referred by a band without width. */
export const NONE = { value: 0, low: 0, high: 0 };

/** Of one minus a share. */
export function rest({ value, low, high }) {
  return { value: 1 - value, low: 1 - high, high: 1 - low };
}

/** The interval of a function that grows with both of two independent figures (Zou and Donner 2008, eq. 3). */
export function mover(f, one, other) {
  const value = f(one.value, other.value);
  const below = Math.hypot(value - f(one.low, other.value), value - f(one.value, other.low));
  const above = Math.hypot(value - f(one.high, other.value), value - f(one.value, other.high));
  return { value, low: value - below, high: value + above };
}

/** Positive and negative predictive value at a prevalence, by Bayes' rule. */
export function predictiveValues(recall, specificity, prevalence) {
  const ratio = (part, other) => (part + other > 0 ? part / (part + other) : NaN);
  return {
    ppv: mover((r, s) => ratio(prevalence * r, (1 - prevalence) * (1 - s)), recall, specificity),
    npv: mover((r, s) => ratio((1 - prevalence) * s, prevalence * (1 - r)), recall, specificity),
  };
}

/** Whether the recall reaches the target: `met`, `unsure` (met, but the interval reaches below) or `missed`. */
export function judged({ value, low }, target) {
  if (low >= target) return "met";
  return value >= target ? "unsure" : "missed";
}
