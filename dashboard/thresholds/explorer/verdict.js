/** Whether the requirement is met, the policies with what each does, and the confusion matrix. */

const JUDGED = {
  met: "Requirement met",
  unsure: "Requirement met, but not for certain",
  missed: "Requirement not met",
};
/** Two thresholds closer than this are one: no two policies lie that close, and a page may round what it hands on. */
const SAME = 1e-6;

/** What the requirement is judged by: as long in every state, so that nothing below it moves. */
export function reason(recall, target) {
  return `Recall ${share(recall.value)} (${shareRange(recall)}), required: ${+(100 * target).toFixed(2)}\u00a0%`;
}

/** Where the policy stands that the choice follows: one threshold, or two of the band; -1 where it follows none. */
export function followed(policies, state) {
  const near = (one, other) => Math.abs(one - other) < SAME;
  return policies.findIndex(
    ({ low, high }) =>
      near(high, state.threshold) && (low === high || (near(low, state.low) && near(high, state.high))),
  );
}

/** What a policy was fixed on. */
export function fixedOn(policy) {
  return policy ? `${policy.title}: ${policy.rule}, fixed on ${policy.origin}.` : "Set by hand, not validated.";
}

/** What a policy does on these images, as its button says it. */
export function consequences(data, { low, high }) {
  const { fn, fp, referred } = referral(data, low, high);
  const human = low < high ? `, ${whole(referred)} to a human` : "";
  return `${whole(fn)} missed, ${several(fp, "false alarm")}${human}`;
}

class Verdict {
  constructor(root, explorer) {
    this.explorer = explorer;
    this.requirement = root.querySelector(".requirement");
    this.target = root.querySelector("#target");
    this.policies = root.querySelector(".policies");
    this.cells = [...root.querySelectorAll("[data-cell]")];
    this.target.addEventListener("input", () => this.ask());
    this.target.addEventListener("change", () => explorer.settle());
  }

  receive(data) {
    const drawn = JSON.stringify([data.name, data.policies]);
    // Made anew only for others: a button keeps its focus.
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.policies.replaceChildren(...data.policies.map((policy) => this.button(policy)));
  }

  button(policy) {
    const { data } = this.explorer;
    const button = document.createElement("button");
    const at = (threshold) => written(data.thresholds, threshold);
    button.type = "button";
    button.title = fixedOn(policy);
    button.dataset.testid = `policy-${policy.name}`;
    const add = (tag, textContent) => button.append(Object.assign(document.createElement(tag), { textContent }));
    add("span", policy.title);
    add("b", policy.low < policy.high ? `${at(policy.low)} to ${at(policy.high)}` : at(policy.high));
    add("small", consequences(data, policy));
    button.addEventListener("click", () => this.follow(policy));
    return button;
  }

  follow(policy) {
    const { explorer } = this;
    explorer.move(policy.high);
    if (policy.low === policy.high) return;
    explorer.change({ low: policy.low, high: policy.high });
    scrollTo(explorer.root.querySelector("#band"));
  }

  ask() {
    const target = this.target.valueAsNumber / 100;
    if (target >= 0.5 && target <= 1) this.explorer.change({ target });
  }

  show({ data, state, counts, recall, specificity, texts }) {
    const judgement = judged(recall, state.target);
    this.requirement.dataset.state = this.judgement = judgement;
    texts.requirement = JUDGED[judgement];
    texts.reason = reason(recall, state.target);
    texts.alarms = several(counts.fp, "false alarm");
    if (document.activeElement !== this.target) this.target.value = +(100 * state.target).toFixed(2);
    const policy = followed(data.policies, state);
    this.mark(policy);
    texts.policy = fixedOn(data.policies[policy]);
    const shares = { tp: recall, fn: rest(recall), tn: specificity, fp: rest(specificity) };
    for (const cell of this.cells) {
      const figure = shares[cell.dataset.cell];
      cell.style.setProperty("--share", figure.value || 0);
      texts[`${cell.dataset.cell}_share`] = share(figure.value);
      texts[`${cell.dataset.cell}_interval`] = shareRange(figure);
    }
  }

  mark(followed) {
    [...this.policies.children].forEach((button, at) => {
      button.setAttribute("aria-pressed", String(at === followed));
    });
  }
}
