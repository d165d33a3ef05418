/**
 * Where the picture lies on the stage. A placement is { x, y, zoom, turns, mirrored }: the picture's point
 * at a pane's middle, screen pixels for each of its pixels, and how it is turned: mirrored left to right
 * first, if at all, then by quarter turns clockwise.
 */

const ZOOM_MOST = 32;

/** The picture's axes on the screen, where y points down: [xx, xy, yx, yy], screen x = xx x + xy y. */
function axes({ turns, mirrored }) {
  const [cos, sin] = [[1, 0], [0, 1], [-1, 0], [0, -1]][turns];
  const sign = mirrored ? -1 : 1;
  return [sign * cos, -sin, sign * sin, cos];
}

function middle(pane) {
  return { x: pane.x + pane.width / 2, y: pane.y + pane.height / 2 };
}

/** The picture's point under a point of the stage. */
function toPicture(placement, pane, point) {
  const [xx, xy, yx, yy] = axes(placement);
  const { x, y } = middle(pane);
  const [dx, dy] = [(point.x - x) / placement.zoom, (point.y - y) / placement.zoom];
  return { x: placement.x + xx * dx + yx * dy, y: placement.y + xy * dx + yy * dy };
}

/** The point of the stage over a point of the picture. */
function toStage(placement, pane, point) {
  const [xx, xy, yx, yy] = axes(placement);
  const { x, y } = middle(pane);
  const [dx, dy] = [(point.x - placement.x) * placement.zoom, (point.y - placement.y) * placement.zoom];
  return { x: x + xx * dx + xy * dy, y: y + yx * dx + yy * dy };
}

/** The whole picture, as large as a pane holds it. */
function fitted(placement, size, pane) {
  const [wide, high] = placement.turns % 2 ? [size.height, size.width] : [size.width, size.height];
  const zoom = Math.min(pane.width / wide, pane.height / high, ZOOM_MOST);
  return { ...placement, x: size.width / 2, y: size.height / 2, zoom };
}

/** Moved by screen pixels; the pane's middle never leaves the picture. */
function panned(placement, size, by) {
  const [xx, xy, yx, yy] = axes(placement);
  const x = placement.x - (xx * by.x + yx * by.y) / placement.zoom;
  const y = placement.y - (xy * by.x + yy * by.y) / placement.zoom;
  return { ...placement, x: within(x, 0, size.width), y: within(y, 0, size.height) };
}

/** Zoomed by a factor, the picture's point under a point of the stage staying there. */
function zoomedAt(placement, size, pane, point, factor) {
  const least = fitted(placement, size, pane).zoom / 4;
  const zoom = within(placement.zoom * factor, Math.min(least, placement.zoom), ZOOM_MOST);
  const { x, y } = middle(pane);
  const [dx, dy] = [point.x - x, point.y - y];
  const grown = zoom / placement.zoom - 1;
  return { ...panned(placement, size, { x: (-dx * grown) / (1 + grown), y: (-dy * grown) / (1 + grown) }), zoom };
}

function turned(placement, quarters) {
  return { ...placement, turns: (placement.turns + quarters + 4) % 4 };
}

/** Mirrored as it is seen on the screen, however it is turned. */
function mirrored(placement, axis) {
  const turns = axis === "horizontal" ? 4 - placement.turns : 6 - placement.turns;
  return { ...placement, turns: turns % 4, mirrored: !placement.mirrored };
}

/** How the picture is turned from what was recorded, in words; empty where it is not. */
function orientation({ turns, mirrored }) {
  if (mirrored && turns === 2) return "Mirrored top to bottom";
  const turn = ["", "turned 90° clockwise", "turned 180°", "turned 90° anticlockwise"][turns];
  const all = [mirrored ? "mirrored left to right" : "", turn].filter(Boolean).join(", then ");
  return all && all[0].toUpperCase() + all.slice(1);
}

/**
 * The part of the body that each edge of the screen lies towards, by the letters of DICOM PS3.3 C.7.6.1.1.1:
 * `along` and `down` are where the picture's rows and columns run to.
 */
function edges(placement, [along, down]) {
  const [xx, xy, yx, yy] = axes(placement);
  const edge = (x, y) => (x ? (x > 0 ? "right" : "left") : y > 0 ? "bottom" : "top");
  return {
    [edge(xx, yx)]: along,
    [edge(-xx, -yx)]: opposite(along),
    [edge(xy, yy)]: down,
    [edge(-xy, -yy)]: opposite(down),
  };
}

function opposite(letters) {
  const pairs = { L: "R", R: "L", A: "P", P: "A", H: "F", F: "H" };
  return [...letters].map((letter) => pairs[letter]).join("");
}

/** The stage in one pane, or in two: side by side or one above the other, whichever shows the picture larger. */
function panes(stage, size, placement, split) {
  const whole = { x: 0, y: 0, width: stage.width, height: stage.height };
  if (!split) return [whole];
  const [wide, high] = [Math.floor(stage.width / 2), Math.floor(stage.height / 2)];
  const columns = [0, stage.width - wide].map((x) => ({ ...whole, x, width: wide }));
  const rows = [0, stage.height - high].map((y) => ({ ...whole, y, height: high }));
  const zoom = ([pane]) => fitted(placement, size, pane).zoom;
  return zoom(rows) > zoom(columns) ? rows : columns;
}

function paneAt(all, { x, y }) {
  return all.find((pane) => x < pane.x + pane.width && y < pane.y + pane.height) ?? all.at(-1);
}

function within(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
