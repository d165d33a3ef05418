/**
 * A chart by hand: curves in an SVG that stretches, points and ticks as elements over it, which do not.
 * Places are 0 to 1, from the left and from the bottom. What moves is moved by style alone; nothing is redrawn.
 */

const SVG = "http://www.w3.org/2000/svg";
/** Of the SVG's own coordinates, enough that a curve has no steps. */
const UNITS = 10000;
/** The log-odds nearest to 0 and 1 that an axis tells apart. */
const FARTHEST = 13.8;

/** A probability's place on an axis of log-odds that runs between two of them. */
export function placed([low, high], probability) {
  const odds = Math.log(probability / (1 - probability));
  const within = Math.min(Math.max(odds, -FARTHEST), FARTHEST);
  return Math.min(Math.max((within - low) / (high - low), 0), 1);
}

/** The probability at a place of such an axis. */
export function probabilityAt([low, high], place) {
  return 1 / (1 + Math.exp(-(low + (high - low) * place)));
}

/** Ticks that such an axis has room for: places with their words. */
export function oddsTicks(axis) {
  const within = (probability) => placed(axis, probability) > 0 && placed(axis, probability) < 1;
  const ticks = [0.0001, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999].filter(within);
  return ticks.map((probability) => [placed(axis, probability), `${+(100 * probability).toPrecision(4)} %`]);
}

const PERCENT_TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => [share, `${100 * share} %`]);

/** A tick at a place, 0 to 1, on the side that runs across or up. */
function tick([place, words], side) {
  const element = Object.assign(document.createElement("span"), { className: `tick ${side}`, textContent: words });
  element.style.setProperty("--at", place);
  return element;
}

class Plot {
  constructor(figure) {
    this.figure = figure;
    this.field = figure.querySelector(".field");
    this.svg = this.field.appendChild(document.createElementNS(SVG, "svg"));
    this.svg.setAttribute("viewBox", `0 0 ${UNITS} ${UNITS}`);
    this.svg.setAttribute("preserveAspectRatio", "none");
    this.parts = new Map();
  }

  /** Ticks along both sides: places, 0 to 1, with words. */
  axes(across, up) {
    for (const old of this.field.querySelectorAll(".tick")) old.remove();
    for (const [side, ticks] of [["across", across], ["up", up]]) {
      this.field.append(...ticks.map((one) => tick(one, side)));
    }
  }

  /** A curve through places. */
  curve(name, places) {
    this.path(name).setAttribute("d", `M${places.map(units).join("L")}`);
  }

  /** The area between a lower and an upper curve. */
  area(name, lower, upper) {
    this.path(name).setAttribute("d", `M${[...lower, ...upper.toReversed()].map(units).join("L")}z`);
  }

  /** Bars over equal parts of the width, from a base line up or down; heights 0 to 1. */
  bars(name, heights, base, reach) {
    const width = UNITS / heights.length;
    const bar = (height, at) => {
      const [left, y] = [(at + MARGIN) * width, UNITS * (1 - base)];
      return height ? `M${left} ${y}v${-UNITS * height * reach}h${width * (1 - 2 * MARGIN)}V${y}z` : "";
    };
    this.path(name).setAttribute("d", heights.map(bar).join(""));
  }

  path(name) {
    return this.part(name, () => {
      const path = this.svg.appendChild(document.createElementNS(SVG, "path"));
      path.setAttribute("class", name);
      return path;
    });
  }

  /** A point that is moved to a place; hidden where there is none. */
  point(name, x, y) {
    const point = this.part(`point ${name}`, () => this.mark(`point ${name}`));
    point.hidden = Number.isNaN(x) || Number.isNaN(y);
    point.style.left = `${100 * x}%`;
    point.style.bottom = `${100 * y}%`;
  }

  /** A line from top to bottom. */
  rule(name, x) {
    this.part(`rule ${name}`, () => this.mark(`rule ${name}`)).style.left = `${100 * x}%`;
  }

  mark(className) {
    const mark = this.field.appendChild(document.createElement("i"));
    mark.className = className;
    return mark;
  }

  part(name, make) {
    if (!this.parts.has(name)) this.parts.set(name, make());
    return this.parts.get(name);
  }

  tell(words) {
    if (words === this.told) return;
    this.told = words;
    this.field.setAttribute("aria-label", words);
  }

  /** `drag` hears the place under a hand that is down, and the field's size in pixels. */
  draggable(explorer, drag) {
    const { field } = this;
    const follow = (event) => {
      const { left, bottom, width, height } = field.getBoundingClientRect();
      drag((event.clientX - left) / width, (bottom - event.clientY) / height, { width, height });
    };
    field.classList.add("draggable");
    field.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      field.setPointerCapture(event.pointerId);
      explorer.hold();
      follow(event);
    });
    field.addEventListener("pointermove", (event) => {
      if (field.hasPointerCapture(event.pointerId)) follow(event);
    });
    field.addEventListener("pointerup", () => explorer.release());
    field.addEventListener("pointercancel", () => {
      explorer.takeBack();
      explorer.release();
    });
  }
}

/** Bring a place into view, below the slider that stays there. */
function scrollTo(place) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  place?.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
}

function units([x, y]) {
  return `${Math.round(UNITS * x)} ${Math.round(UNITS * (1 - y))}`;
}
