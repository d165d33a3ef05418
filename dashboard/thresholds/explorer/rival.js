/** Another network on the same images: its figures stand, the differences follow the threshold. See rival.py. */

class Rival {
  constructor(root) {
    this.section = root.querySelector("#rival");
  }

  receive({ rival }) {
    this.section.hidden = !rival;
    this.fixed = rival && {
      rival_name: rival.name,
      rival_threshold: rival.threshold,
      own_auc: rival.own_auc,
      rival_auc: rival.auc,
      auc_difference: rival.auc_difference,
      auc_p: rival.auc_p,
      rival_recall: percent(rival.recall),
      rival_specificity: percent(rival.specificity),
      rival_accuracy: percent(rival.accuracy),
    };
  }

  show({ data: { rival }, row, texts }) {
    if (!rival) return;
    Object.assign(texts, this.fixed);
    for (const [name, { value, low, high, p }] of Object.entries(rival.differences)) {
      texts[`${name}_difference`] = `${signed(value[row] / 10, 1)} points`;
      const ends = `${signed(low[row] / 10, 1)} to ${signed(high[row] / 10, 1)}`;
      texts[`${name}_p`] = `${ends}; ${probability(p[row])}`;
    }
    const [own, other] = [rival.only_own[row], rival.only_rival[row]];
    texts.rival_paired =
      `At your threshold, ${whole(own)} images are right here and wrong there, ` +
      `${whole(other)} the other way round.`;
  }
}

/** A p-value given in millionths. */
export function probability(millionths) {
  if (millionths < 1000) return "p < 0.001";
  return `p ${(millionths / 1e6).toFixed(3)}`;
}
