/** A scene (see gpu.js) drawn by the processor on a 2D canvas, where no graphics card draws WebGL2. */

class Plain {
  constructor() {
    this.grey = new Shades();
    this.fine = new Shades();
    this.warm = document.createElement("canvas");
  }

  forget() {}

  draw(target, scene) {
    const context = target.getContext("2d", { alpha: false });
    const { placement, panes, lens } = scene;
    this.grey.paint(scene, placement.zoom, part(scene, 0, 0, panes[0].width, panes[0].height));
    if (lens) {
      const half = lens.radius / lens.power;
      this.fine.paint(scene, placement.zoom * lens.power, part(scene, lens.x - half, lens.y - half, 2 * half, 2 * half));
    }
    if (scene.overlays.some(Boolean)) this.paintWarm(scene);
    // Two panes may leave a column or a row between them.
    context.fillStyle = "#000";
    context.fillRect(0, 0, target.width, target.height);
    scene.panes.forEach((pane, index) => this.drawPane(context, pane, scene, scene.overlays[index]));
    return true;
  }

  drawPane(context, pane, scene, opacity) {
    context.save();
    context.translate(pane.x, pane.y);
    clipped(context, () => context.rect(0, 0, pane.width, pane.height));
    this.drawPicture(context, pane, scene, this.grey, opacity);
    if (scene.lens) this.drawLens(context, pane, scene, opacity);
    if (scene.cross) drawCross(context, scene.cross);
    context.restore();
  }

  drawPicture(context, { width, height }, { picture, placement }, shades, opacity) {
    const [xx, xy, yx, yy] = axes(placement).map((axis) => axis * placement.zoom);
    context.save();
    context.fillStyle = "#000";
    context.fillRect(0, 0, width, height);
    context.transform(xx, yx, xy, yy, width / 2, height / 2);
    context.translate(-placement.x, -placement.y);
    shades.drawOn(context);
    context.globalAlpha = opacity;
    if (opacity) context.drawImage(this.warm, 0, 0, picture.width, picture.height);
    context.restore();
  }

  /** The same pane again within a circle, larger about the circle's middle. */
  drawLens(context, pane, scene, opacity) {
    const { x, y, radius, power } = scene.lens;
    context.save();
    clipped(context, () => context.arc(x, y, radius, 0, 7));
    context.translate(x - power * x, y - power * y);
    context.scale(power, power);
    this.drawPicture(context, pane, scene, this.fine, opacity);
    context.restore();
    context.strokeStyle = "rgb(94 209 196)";
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, radius - 1, 0, 7);
    context.stroke();
  }

  paintWarm({ picture, colours }) {
    if (this.warmed === picture && this.colours === colours) return;
    const image = new ImageData(picture.map_side, picture.map_side);
    const table = picture.tables[colours];
    picture.heat.forEach((warmth, at) => {
      image.data.set(table.subarray(3 * warmth, 3 * warmth + 3), 4 * at);
      image.data[4 * at + 3] = warmth;
    });
    put(this.warm, image);
    [this.warmed, this.colours] = [picture, colours];
  }
}

/** Windowed greys of a part of the picture; kept until something changes. */
class Shades {
  constructor() {
    this.canvas = document.createElement("canvas");
  }

  /** From the level whose pixels are nearest the screen's at a zoom: no more are windowed than can be seen. */
  paint({ picture, centre, width, inverted }, zoom, wanted) {
    const index = within(Math.floor(Math.log2(1 / zoom) + 0.001), 0, picture.levels.length - 1);
    const level = picture.levels[index];
    const rectangle = covered(level, picture, wanted);
    const state = [index, centre, width, inverted, ...rectangle];
    if (this.picture === picture && state.every((value, at) => value === this.state[at])) return;
    this.image = windowed(level, rectangle, greys(picture.top, centre, width, inverted), this.image);
    put(this.canvas, this.image);
    const [across, down] = [picture.width / level.width, picture.height / level.height];
    const [left, top, wide, high] = rectangle;
    this.place = [left * across, top * down, wide * across, high * down];
    [this.picture, this.state] = [picture, state];
  }

  drawOn(context) {
    context.drawImage(this.canvas, ...this.place);
  }
}

/** The part of the picture that a part of a pane shows: { left, top, right, bottom } in its pixels. */
function part({ placement, panes }, x, y, width, height) {
  const pane = { ...panes[0], x: 0, y: 0 };
  const ends = [{ x, y }, { x: x + width, y: y + height }].map((point) => toPicture(placement, pane, point));
  const [xs, ys] = [ends.map((end) => end.x), ends.map((end) => end.y)];
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

/** Of a level, the pixels [left, top, width, height] that cover a part, and two more on each side to blend with. */
function covered(level, picture, { left, top, right, bottom }) {
  const [across, down] = [level.width / picture.width, level.height / picture.height];
  const x = within(Math.floor(left * across) - 2, 0, level.width - 1);
  const y = within(Math.floor(top * down) - 2, 0, level.height - 1);
  const end = (edge, size) => within(Math.ceil(edge) + 2, 1, size);
  const [wide, high] = [end(right * across, level.width) - x, end(bottom * down, level.height) - y];
  return [x, y, Math.max(1, wide), Math.max(1, high)];
}

/** The greys of a rectangle; written over the last image where that has the size. */
function windowed({ codes, width: stride }, [left, top, wide, high], shades, last) {
  const image = last?.width === wide && last.height === high ? last : new ImageData(wide, high);
  const pixels = new Uint32Array(image.data.buffer);
  for (let row = 0, at = 0; row < high; row += 1) {
    const from = (top + row) * stride + left;
    for (let column = 0; column < wide; column += 1, at += 1) pixels[at] = shades[codes[from + column]];
  }
  return image;
}

/** For each code its opaque grey, as a canvas holds it: red in the lowest byte. */
function greys(top, centre, width, inverted) {
  const shades = new Uint32Array(top + 1);
  const [slope, start] = [255 / (width * top), 255 * (0.5 - centre / width)];
  for (let code = 0; code <= top; code += 1) {
    const share = Math.round(within(start + slope * code, 0, 255));
    shades[code] = 0xff000000 + 0x010101 * (inverted ? 255 - share : share);
  }
  return shades;
}

function put(canvas, image) {
  if (canvas.width !== image.width) canvas.width = image.width;
  if (canvas.height !== image.height) canvas.height = image.height;
  canvas.getContext("2d").putImageData(image, 0, 0);
}

function clipped(context, outline) {
  context.beginPath();
  outline();
  context.clip();
}

function drawCross(context, { x, y, scale }) {
  context.strokeStyle = "rgb(255 199 97)";
  context.lineWidth = 1.5 * scale;
  context.beginPath();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    context.moveTo(x + 3 * scale * dx, y + 3 * scale * dy);
    context.lineTo(x + 9 * scale * dx, y + 9 * scale * dy);
  }
  context.stroke();
}
