/** A radiograph in a viewer: what Python sent (see encoding.py), and what can be asked of it. */

class Picture {
  constructor(bytes) {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    this.sent = bytes;
    Object.assign(this, JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))));
    let at = 4 + length;
    const take = (size) => bytes.slice(at, (at += size));
    const codes = take(this.width * this.height * this.bytes);
    this.codes = this.bytes === 2 ? new Uint16Array(codes.buffer) : codes;
    this.top = this.bytes === 2 ? 65535 : 255;
    this.heat = take(this.map_side ** 2);
    this.tables = this.colour_maps.map(() => take(3 * 256));
    this.levels = pyramid(this.codes, this.width, this.height);
  }

  /** Whether these bytes are the ones this picture was made of: a page that runs again sends them again. */
  is(bytes) {
    return bytes.length === this.sent.length && bytes.every((byte, at) => byte === this.sent[at]);
  }

  /** The least difference that the file's depth can hold, in units of the shown values. */
  get step() {
    return (this.high - this.low) / (2 ** this.bits - 1);
  }

  get isReduced() {
    return this.width < this.own_width || this.height < this.own_height;
  }

  /** Whether the file's pixels are not square, and were made so. */
  get isStretched() {
    return Math.abs((this.width * this.own_height) / (this.height * this.own_width) - 1) > 0.009;
  }

  toCode(value) {
    return ((value - this.low) / (this.high - this.low)) * this.top;
  }

  /** The pixel at a point, counted from 0 in the file's own pixels, and its value; null outside. */
  at({ x, y }) {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    if (column < 0 || row < 0 || column >= this.width || row >= this.height) return null;
    const own = (pixel, size, full) => Math.floor(((pixel + 0.5) * full) / size);
    const code = this.codes[row * this.width + column];
    return {
      x: own(column, this.width, this.own_width),
      y: own(row, this.height, this.own_height),
      value: this.low + (code / this.top) * (this.high - this.low),
    };
  }

  /** How long a line between two points is: in mm where the file states its spacing, else in the file's pixels. */
  lengthOf({ from, to }) {
    const [across, down] = [(to.x - from.x) / this.width, (to.y - from.y) / this.height];
    if (!this.extent) return `${Math.round(Math.hypot(across * this.own_width, down * this.own_height))} px`;
    const millimetres = Math.hypot(across * this.extent[0], down * this.extent[1]).toFixed(1);
    return `${millimetres} mm${this.calibrated ? "" : " at the detector"}`;
  }

  /** A value in as many decimals as the depth holds. */
  written(value) {
    const decimals = Math.max(0, Math.ceil(-Math.log10(this.step) - 0.3));
    return value.toFixed(Math.min(decimals, 6)).replace(/^-(0(\.0*)?)$/, "$1");
  }
}

/**
 * The picture and its halves, quarters, ... down to a side of about 64, each pixel the mean of four: at a
 * small zoom one of them is drawn, for skipping pixels would make noise of fine structure.
 */
function pyramid(codes, width, height) {
  const levels = [{ codes, width, height }];
  while (Math.min(width, height) >= 128) {
    const last = levels.at(-1);
    [width, height] = [width >> 1, height >> 1];
    levels.push({ codes: halved(last, width, height), width, height });
  }
  return levels;
}

function halved({ codes, width: stride }, width, height) {
  const half = new codes.constructor(width * height);
  for (let row = 0, at = 0; row < height; row += 1) {
    let from = 2 * row * stride;
    for (let column = 0; column < width; column += 1, at += 1, from += 2) {
      half[at] = (codes[from] + codes[from + 1] + codes[from + stride] + codes[from + stride + 1] + 2) >> 2;
    }
  }
  return half;
}
