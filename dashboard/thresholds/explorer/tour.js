/** A short tour in plain words, for those who have never seen a confusion matrix. */

const STOPS = [
  [
    ".panel",
    "The threshold",
    "Each bar stands for children: above the line those with pneumonia, below it those without; the further right, the " +
      "higher the model's probability. Drag the circle: right of it the model raises an alarm.",
  ],
  [
    ".verdict",
    "What it costs",
    "Further left, fewer children with pneumonia are missed and more normal ones raise an alarm; further right, the " +
      "other way round. No threshold is without a cost.",
  ],
  [
    ".rates",
    "As shares",
    "Recall: of 100 children with pneumonia, how many are found. Specificity: of 100 normal ones, how many raise no " +
      "alarm. The range beneath each is its 95 % interval.",
  ],
  [
    ".matrix",
    "As numbers",
    "With pneumonia or normal, alarm or none: two of the four boxes are right, two are errors. The framed one, " +
      "pneumonia without an alarm, is the one that harms.",
  ],
  [
    ".requirement",
    "Is it enough?",
    "Your hospital requires that a certain share of the pneumonias is found. A tick: it is. A wave: it is, but chance " +
      "may have helped. A cross: it is not.",
  ],
  [
    ".policies",
    "Thresholds fixed beforehand",
    "Each was fixed on other images than those on which you see it measured, so that it is not flattered. Under each: " +
      "what it misses here, and its false alarms.",
  ],
  [
    "#curves",
    "All thresholds at once",
    "Each curve holds every place of the slider; the circle is yours. You may drag that too.",
  ],
  [
    "#band",
    "Two thresholds",
    "Between them the model does not decide and a human looks: more work, fewer errors.",
  ],
  [
    "#hospital",
    "Your own children",
    "Enter how many children you X-ray, and how many of them have pneumonia. Each dot is one of a thousand.",
  ],
  [
    "#costs",
    "What an error weighs",
    "Say how many false alarms one missed pneumonia weighs, and the cheapest threshold is marked.",
  ],
];

class Tour {
  constructor(root, explorer) {
    this.root = root;
    this.explorer = explorer;
    this.card = root.querySelector(".tour");
    this.start = root.querySelector(".start-tour");
    this.stop = -1;
    this.start.addEventListener("click", () => this.go(0));
    const on = (name, to) => this.button(name).addEventListener("click", to);
    on("next", () => this.go(this.stop + 1));
    on("back", () => this.go(this.stop - 1));
    on("end", () => this.end());
    this.card.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.end();
    });
  }

  button(name) {
    return this.card.querySelector(`[data-testid="tour-${name}"]`);
  }

  receive() {}

  show() {}

  go(stop) {
    if (stop >= STOPS.length) return this.end();
    this.stop = Math.max(stop, 0);
    const [place, title, words] = STOPS[this.stop];
    this.card.showPopover();
    this.card.querySelector("#tour-title").textContent = title;
    this.card.querySelector("#tour-words").textContent = words;
    this.card.querySelector(".caption").textContent = `${this.stop + 1} of ${STOPS.length}`;
    this.button("back").disabled = this.stop === 0;
    this.button("next").textContent = this.stop === STOPS.length - 1 ? "Done" : "Next";
    this.point(this.root.querySelector(place));
    this.button("next").focus({ preventScroll: true });
  }

  /** Outline it and bring it into view. */
  point(place) {
    this.root.querySelector(".toured")?.classList.remove("toured");
    place?.classList.add("toured");
    scrollTo(place);
  }

  end() {
    this.point(null);
    this.card.hidePopover();
    this.stop = -1;
    this.start.focus();
  }
}
