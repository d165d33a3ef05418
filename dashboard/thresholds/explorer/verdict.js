/** What the threshold costs in words, whether the requirement is met, the policies, and the confusion matrix. */

const JUDGED = {
  met: "Requirement met",
  unsure: "Requirement met, but not for certain",
  missed: "Requirement not met",
};
/** Two thresholds closer than this are one: no two policies lie that close, and a page may round what it hands on. */
const SAME = 1e-6;

/** Why the requirement is judged as it is, in a sentence. */
export function reason(state, recall, target) {
  const asked = `Recall is ${share(recall.value)}; the hospital asks for at least ${+(100 * target).toFixed(2)} %`;
  const words = {
    met: `${asked}, and the whole 95 % interval, ${shareRange(recall)}, reaches it.`,
    unsure: `${asked}, and the 95 % interval, ${shareRange(recall)}, begins below it.`,
    missed: `${asked}.`,
  };
  return words[state].replaceAll(" %", "\u00a0%");
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
  return policy
    ? `${policy.title}: ${policy.rule}, fixed on ${policy.origin}.`
    : "Set by hand: fixed on nothing yet.";
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
    this.policies.replaceChildren(...data.policies.map((policy) => this.button(policy)));
  }

  button(policy) {
    const { explorer } = this;
    const button = document.createElement("button");
    const at = (threshold) => written(explorer.data.thresholds, threshold);
    const where = policy.low < policy.high ? `${at(policy.low)} to ${at(policy.high)}` : at(policy.high);
    button.type = "button";
    button.title = fixedOn(policy);
    button.dataset.testid = `policy-${policy.title}`;
    button.append(Object.assign(document.createElement("span"), { textContent: policy.title }));
    button.append(Object.assign(document.createElement("small"), { textContent: where }));
    button.addEventListener("click", () => this.follow(policy));
    return button;
  }

  follow(policy) {
    const { explorer } = this;
    if (policy.low === policy.high) explorer.move(policy.high);
    else {
      explorer.change({ low: policy.low, high: policy.high });
      explorer.root.querySelector("#band").scrollIntoView({ behavior: "smooth", block: "start" });
    }
  }

  ask() {
    const target = this.target.valueAsNumber / 100;
    if (target >= 0.5 && target <= 1) this.explorer.change({ target });
  }

  show({ data, state, counts, recall, specificity, texts }) {
    const judgement = judged(recall, state.target);
    this.requirement.dataset.state = this.judgement = judgement;
    texts.requirement = JUDGED[judgement];
    texts.reason = reason(judgement, recall, state.target);
    texts.alarms = several(counts.fp, "false alarm");
    if (document.activeElement !== this.target) this.target.value = +(100 * state.target).toFixed(2);
    this.mark(followed(data.policies, state));
    texts.policy = fixedOn(data.policies[followed(data.policies, state)]);
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
