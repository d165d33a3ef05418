/** The eight figures, each with its interval and what it gains over the default threshold. */

class RatesSection {
  constructor(root, explorer) {
    this.explorer = explorer;
  }

  receive() {}

  show({ data, row, texts }) {
    const atDefault = row === rowAt(data.thresholds, data.default);
    for (const [name, values] of Object.entries(data.rates)) {
      const [value, low, high] = [values[row], data.low[name][row], data.high[name][row]];
      const plain = name === "mcc";
      texts[name] = plain ? coefficient(value) : percent(value);
      texts[`${name}_interval`] = plain ? coefficientRange(low, high) : range(low, high);
      texts[`${name}_lift`] = atDefault ? "" : gained(data.lift[name][row], plain);
    }
  }
}

/** Points of a hundred, or of the coefficient, over the default threshold. */
export function gained(thousandths, plain) {
  if (thousandths === null) return "";
  return plain ? signed(thousandths / 1000, 3) : signed(thousandths / 10, 1);
}
