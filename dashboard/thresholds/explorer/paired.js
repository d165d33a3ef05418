/** Another network on the same images: its figures stand, the differences follow the threshold. See paired_comparison.py. */

class Paired {
  constructor(root, explorer) {
    this.section = root.querySelector("#paired");
    this.comparison = this.section.querySelector(".comparison");
    this.select = this.section.querySelector("select");
    this.select.addEventListener("change", () => explorer.compare(this.select.value));
  }

  receive({ paired, others, beside }) {
    this.section.hidden = !others.length;
    this.comparison.hidden = !paired;
    this.select.replaceChildren(...[["", "no other network"], ...others].map(([name, title]) => new Option(title, name)));
    this.select.value = beside;
    this.fixed = paired && {
      paired_name: paired.name,
      paired_threshold: paired.threshold,
      own_auc: paired.own_auc,
      paired_auc: paired.auc,
      auc_difference: paired.auc_difference,
      auc_p: paired.auc_p,
      paired_recall: percent(paired.recall),
      paired_specificity: percent(paired.specificity),
      paired_accuracy: percent(paired.accuracy),
    };
  }

  show({ data: { paired }, row, texts }) {
    if (!paired) return;
    Object.assign(texts, this.fixed);
    for (const [name, { value, low, high, p }] of Object.entries(paired.differences)) {
      texts[`${name}_difference`] = `${signed(value[row] / 10, 1)} points`;
      const ends = `${signed(low[row] / 10, 1)} to ${signed(high[row] / 10, 1)}`;
      texts[`${name}_p`] = `${ends}; ${probability(p[row])}`;
    }
    const [own, other] = [paired.only_own[row], paired.only_other[row]];
    texts.paired_paired =
      `At your threshold this network is right on ${several(own, "image")} on which the other errs, ` +
      `the other on ${whole(other)} on which this one errs.`;
  }
}

/** A p-value given in millionths. */
export function probability(millionths) {
  if (millionths < 1000) return "p < 0.001";
  return `p ${(millionths / 1e6).toFixed(3)}`;
}
