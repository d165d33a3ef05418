/**
 * Lengths measured on the picture, drawn over the stage. A length is { from, to }, points of the picture, so that it
 * stays on what it measures wherever that is moved, zoomed or turned.
 */

const SVG = "http://www.w3.org/2000/svg";
/** A shorter one, in CSS pixels, was a click. */
const SHORTEST_LENGTH = 4;

/** Draw lengths in each pane, which clips them; `scale` is screen pixels for one of CSS's. */
function drawLengths(svg, { picture, placement, panes, size, scale, lengths }) {
  svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  const drawn = panes.map((pane) => {
    const group = element("svg", { x: pane.x, y: pane.y, width: pane.width, height: pane.height });
    group.append(...lengths.flatMap((length) => drawnLength(length, picture, placement, { ...pane, x: 0, y: 0 }, scale)));
    return group;
  });
  svg.replaceChildren(...(lengths.length ? drawn : []));
}

function drawnLength({ from, to }, picture, placement, pane, scale) {
  const [a, b] = [toStage(placement, pane, from), toStage(placement, pane, to)];
  const line = element("line", { x1: a.x, y1: a.y, x2: b.x, y2: b.y, "stroke-width": 2 * scale });
  const ends = [a, b].map((end) => element("circle", { cx: end.x, cy: end.y, r: 3 * scale }));
  const upper = a.y < b.y ? a : b;
  const text = element("text", { x: upper.x, y: upper.y - 8 * scale, "font-size": 14 * scale, "stroke-width": 3 * scale });
  text.textContent = picture.lengthOf({ from, to });
  return [line, ...ends, text];
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}
