/** A scene (see gpu.js) drawn by the processor on a 2D canvas, where WebGL2 is missing. */

class Plain {
  constructor() {
    this.grey = document.createElement("canvas");
    this.warm = document.createElement("canvas");
  }

  holds() {
    return true;
  }

  forget() {}

  draw(target, scene) {
    const context = target.getContext("2d", { alpha: false });
    this.paintGrey(scene);
    if (scene.overlays.some(Boolean)) this.paintWarm(scene);
    scene.panes.forEach((pane, index) => this.drawPane(context, pane, scene, scene.overlays[index]));
    return true;
  }

  drawPane(context, pane, scene, opacity) {
    context.save();
    clipped(context, () => context.rect(pane.x, pane.y, pane.width, pane.height));
    context.fillStyle = "#000";
    context.fillRect(pane.x, pane.y, pane.width, pane.height);
    this.drawPicture(context, pane, scene, opacity);
    context.translate(pane.x, pane.y);
    if (scene.lens) this.drawLens(context, pane, scene, opacity);
    if (scene.cross) drawCross(context, scene.cross);
    context.restore();
  }

  drawPicture(context, pane, { picture, placement }, opacity) {
    const [xx, xy, yx, yy] = axes(placement).map((axis) => axis * placement.zoom);
    const { x, y } = middle(pane);
    context.save();
    context.transform(xx, yx, xy, yy, x, y);
    context.translate(-placement.x, -placement.y);
    context.drawImage(this.grey, 0, 0, picture.width, picture.height);
    context.globalAlpha = opacity;
    if (opacity) context.drawImage(this.warm, 0, 0, picture.width, picture.height);
    context.restore();
  }

  /** The same pane again within a circle, larger about the circle's middle. */
  drawLens(context, pane, scene, opacity) {
    const { x, y, radius, power } = scene.lens;
    const here = { x: 0, y: 0, width: pane.width, height: pane.height };
    context.save();
    clipped(context, () => context.arc(x, y, radius, 0, 7));
    context.fillStyle = "#000";
    context.fillRect(0, 0, pane.width, pane.height);
    context.translate(x - power * x, y - power * y);
    context.scale(power, power);
    this.drawPicture(context, here, scene, opacity);
    context.restore();
    context.strokeStyle = "rgb(94 209 196)";
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, radius - 1, 0, 7);
    context.stroke();
  }

  /** The windowed greys of the level whose pixels are nearest the screen's; kept until something changes. */
  paintGrey({ picture, placement, centre, width, inverted }) {
    const nearest = Math.floor(Math.log2(1 / placement.zoom) + 0.001);
    const level = within(nearest, 0, picture.levels.length - 1);
    const wanted = [level, centre, width, inverted];
    if (this.picture === picture && wanted.every((value, at) => value === this.painted[at])) return;
    const { codes, width: wide, height: high } = picture.levels[level];
    const shades = greys(picture.top, centre, width, inverted);
    const image = new ImageData(wide, high);
    const pixels = new Uint32Array(image.data.buffer);
    for (let at = 0; at < pixels.length; at += 1) pixels[at] = shades[codes[at]];
    put(this.grey, image);
    [this.picture, this.painted] = [picture, wanted];
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

/** For each code its opaque grey, as a canvas holds it. */
function greys(top, centre, width, inverted) {
  const bytes = new Uint8ClampedArray(4 * (top + 1));
  for (let code = 0; code <= top; code += 1) {
    const share = within((code / top - centre) / width + 0.5, 0, 1);
    bytes.fill(255 * (inverted ? 1 - share : share), 4 * code, 4 * code + 3);
    bytes[4 * code + 3] = 255;
  }
  return new Uint32Array(bytes.buffer);
}

function put(canvas, image) {
  [canvas.width, canvas.height] = [image.width, image.height];
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
