/** A short tour in plain words, for who has never seen a confusion matrix. */

const STOPS = [
  [
    ".panel",
    "One line to decide by",
    "Every bar is a few children: above those who had pneumonia, below those who had not; the further right, the surer " +
      "the model was. Drag the circle. Right of the line the model raises an alarm.",
  ],
  [
    ".verdict",
    "What your choice costs",
    "This sentence says it in two numbers. Further left, fewer sick children are missed and more healthy ones alarmed; " +
      "further right, the other way round. There is no place without a cost.",
  ],
  [
    ".requirement",
    "Is it good enough?",
    "Your hospital asks that a certain share of the sick is found. A tick says yes; a wave says yes, but chance may " +
      "have helped; a cross says no.",
  ],
  [
    ".matrix",
    "Four kinds of children",
    "Sick or healthy, alarm or none: two of the four boxes are right answers, two are errors. The framed one, sick " +
      "children without an alarm, is the one that harms.",
  ],
  [
    ".rates",
    "The same as shares",
    "Recall: of a hundred sick children, how many are found. Specificity: of a hundred healthy ones, how many are left " +
      "alone. The small range beneath is how sure the number is.",
  ],
  [
    "#curves",
    "All thresholds at once",
    "Each curve is the whole slider in one picture, and the circle is where you stand. You may drag that too.",
  ],
  [
    "#band",
    "Do not decide alone",
    "Between two handles the model says nothing and a human looks. The wider, the more work, and the fewer errors.",
  ],
  [
    "#hospital",
    "Your own children",
    "Tell it how many you X-ray, and how many of them are sick. The dots show a thousand of them.",
  ],
  [
    "#costs",
    "What an error weighs",
    "Say how many false alarms one missed pneumonia is worth, and the cheapest threshold is marked.",
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

  /** Outline it, in the middle of what the card leaves free. */
  point(place) {
    this.root.querySelector(".toured")?.classList.remove("toured");
    place?.classList.add("toured");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    place?.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "center" });
  }

  end() {
    this.point(null);
    this.card.hidePopover();
    this.stop = -1;
    this.start.focus();
  }
}
