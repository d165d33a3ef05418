/** Numbers as they are read: the table's thousandths, shares, and how many of what. */

const NOTHING = "\u2013";
const MINUS = "\u2212";
const WHOLE = new Intl.NumberFormat("en");
const FEW = [0, 1, 2].map(
  (digits) => new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }),
);

/** Thousandths as `97.4 %`; an en dash for a rate of nothing. */
export function percent(thousandths) {
  return thousandths === null ? NOTHING : `${(thousandths / 10).toFixed(1)} %`;
}

/** A coefficient from -1 to 1. */
export function coefficient(thousandths) {
  return thousandths === null ? NOTHING : minus((thousandths / 1000).toFixed(3));
}

/** `95.0 to 98.4 %`. */
export function range(low, high) {
  return low === null ? NOTHING : `${(low / 10).toFixed(1)} to ${(high / 10).toFixed(1)}\u00a0%`;
}

export function coefficientRange(low, high) {
  return low === null ? NOTHING : `${minus((low / 1000).toFixed(3))} to ${minus((high / 1000).toFixed(3))}`;
}

/** With its sign: what a figure gains, in points of a hundred, or as it stands. */
export function signed(number, decimals) {
  const text = Math.abs(number).toFixed(decimals);
  if (Number(text) === 0) return "\u00b10";
  return (number < 0 ? MINUS : "+") + text;
}

/** A share, 0 to 1, as `97.4 %`. */
export function share(value) {
  return Number.isNaN(value) ? NOTHING : `${(100 * value).toFixed(1)}\u00a0%`;
}

export function shareRange({ low, high }) {
  return `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}\u00a0%`;
}

/** A probability, 0 to 1, as `97.41 %`; nothing is rounded to certainty. */
export function chance(probability) {
  if (probability < 1e-4) return "below 0.01\u00a0%";
  return probability > 1 - 1e-4 ? "above 99.99\u00a0%" : `${(100 * probability).toFixed(2)}\u00a0%`;
}

/** A count. */
export function whole(number) {
  return WHOLE.format(number);
}

export function several(number, noun) {
  return `${whole(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** An expected number: one decimal while it is small. */
export function expected(number) {
  const decimals = Math.abs(number) < 0.095 ? 2 : Math.abs(number) < 99.5 ? 1 : 0;
  return Number.isNaN(number) ? NOTHING : FEW[decimals].format(number);
}

function minus(text) {
  return text.replace("-", MINUS);
}
