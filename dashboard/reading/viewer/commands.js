/**
 * The viewer's commands, each with its key and, where the toolbar has one, its button: the one list that keys,
 * tooltips and the dialog are made from. `on` returns whether a switch is on; `mapped` says that the command needs
 * a heat map. The letters b, j, k, n, p, s and u are the worklist's: next, previous, and what the reader sees.
 */

const PAN_STEP = 0.1;
const ZOOM_STEP = 1.25;
const WINDOW_STEP = 0.02;
const OPACITY_STEP = 5;

const COMMANDS = [
  { name: "invert", keys: ["i"], label: "Invert", on: (v) => v.state.inverted, run: (v) => v.toggle("inverted") },
  ...[
    ["window", "w", "Drag changes the window"],
    ["pan", "g", "Drag pans"],
    ["measure", "l", "Drag measures a length"],
  ].map(([mode, key, label]) => ({
    name: mode,
    keys: [key],
    label,
    on: (v) => v.state.mode === mode,
    run: (v) => v.setMode(mode),
  })),
  { name: "zoom-in", keys: ["+", "="], label: "Zoom in", run: (v) => v.zoom(ZOOM_STEP) },
  { name: "zoom-out", keys: ["-"], label: "Zoom out", run: (v) => v.zoom(1 / ZOOM_STEP) },
  { name: "fit", keys: ["f"], label: "Fit to the frame", run: (v) => v.fit() },
  {
    name: "full-screen",
    keys: ["e"],
    label: "Full screen",
    on: (v) => document.fullscreenElement === v.root,
    run: (v) => v.fullScreen(),
  },
  { name: "rotate", keys: ["r"], label: "Turn 90° clockwise", run: (v) => v.orient((p) => turned(p, 1)) },
  {
    name: "rotate-back",
    keys: ["R"],
    label: "Turn 90° anticlockwise",
    run: (v) => v.orient((p) => turned(p, -1)),
  },
  {
    name: "flip-horizontal",
    keys: ["h"],
    label: "Mirror left to right",
    run: (v) => v.orient((p) => mirrored(p, "horizontal")),
  },
  {
    name: "flip-vertical",
    keys: ["v"],
    label: "Mirror top to bottom",
    run: (v) => v.orient((p) => mirrored(p, "vertical")),
  },
  { name: "lens", keys: ["m"], label: "Magnifier", on: (v) => v.state.lens, run: (v) => v.toggle("lens") },
  {
    name: "cross",
    keys: ["x"],
    label: "Cross, and the value under it",
    on: (v) => v.state.cross,
    run: (v) => v.toggle("cross"),
  },
  {
    name: "split",
    keys: ["d"],
    label: "Without and with the heat map, side by side",
    mapped: true,
    on: (v) => v.state.split,
    run: (v) => v.split(),
  },
  { name: "overlay", keys: ["o"], label: "Heat map on or off", mapped: true, run: (v) => v.toggle("overlay") },
  {
    name: "outline",
    keys: ["a"],
    label: "Outline of the lungs on or off",
    mapped: true,
    run: (v) => v.toggle("outline"),
  },
  { name: "less", keys: ["["], label: "Heat map fainter", mapped: true, run: (v) => v.fade(-OPACITY_STEP) },
  { name: "more", keys: ["]"], label: "Heat map stronger", mapped: true, run: (v) => v.fade(OPACITY_STEP) },
  { name: "colours", keys: ["c"], label: "Next colours of the heat map", mapped: true, run: (v) => v.nextColours() },
  { name: "reset", keys: ["0"], label: "Reset everything", run: (v) => v.reset() },
  { name: "help", keys: ["?"], label: "Keys", run: (v) => v.help() },
];

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Gestures and further keys, for the dialog. */
const GESTURES = [
  ["1 \u2026 9", "Window presets"],
  ["Arrows", "Move over the picture"],
  ["Shift + arrows", "Window: width by left and right, centre by up and down"],
  ["Drag", "Window: width across, centre up and down; with Shift, finely"],
  ["Right, middle or Space + drag", "Pan"],
  ["Wheel", "Zoom at the pointer"],
  ["Double click", "Fit to the frame"],
  ["Hold m", "Magnifier while held"],
  ["One finger", "Scrolls the page, until a tool is chosen: w, g or l"],
  ["Two fingers", "Apart: zoom and pan; together: window"],
  ["Lengths", "In mm where the file states its spacing; in the body they are shorter than at the detector"],
];

/** The command of a key; Caps Lock changes nothing. */
function commandFor({ key }) {
  const byKey = (wanted) => COMMANDS.find(({ keys }) => keys.includes(wanted));
  return byKey(key) ?? byKey(key.toLowerCase());
}
