/**
 * A scene drawn by WebGL2. Browsers keep but some 16 WebGL contexts alive on a page that may hold more
 * viewers: all share this one, and each gets its frame as a bitmap. Pixels stay integers of 8 or 16 bit on
 * the way, so that a narrow window shows steps that a float texture of half precision has lost.
 *
 * A scene is { picture, placement, panes, overlays, centre, width, inverted, colours, lens, cross }: centre and
 * width as shares of the codes' range, overlays the heat map's opacity in each pane, lens and cross points
 * relative to a pane's corner, or null.
 */

const VERTEX = `#version 300 es
void main() {
  gl_Position = vec4(vec2(gl_VertexID == 1 ? 3 : -1, gl_VertexID == 2 ? 3 : -1), 0, 1);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;

uniform usampler2D codes;
uniform sampler2D heat, tables;
uniform int levels, colours;
uniform float top, zoom, opacity, stageHeight;
uniform vec2 corner, middle, point, window;
uniform vec4 axes;
uniform bool inverted;
uniform vec4 lens;
uniform vec3 cross_;
out vec4 colour;

/* The code at a point, between its four neighbours, from the level whose pixels are nearest the screen's. */
float code(vec2 at, float zoom) {
  int level = clamp(int(floor(log2(1. / zoom) + .001)), 0, levels - 1);
  ivec2 size = textureSize(codes, level);
  vec2 place = at * vec2(size) / vec2(textureSize(codes, 0)) - .5;
  ivec2 low = clamp(ivec2(floor(place)), ivec2(0), size - 1);
  ivec2 high = clamp(ivec2(floor(place)) + 1, ivec2(0), size - 1);
  vec2 share = fract(place);
  vec4 four = vec4(
    texelFetch(codes, low, level).r,
    texelFetch(codes, ivec2(high.x, low.y), level).r,
    texelFetch(codes, ivec2(low.x, high.y), level).r,
    texelFetch(codes, high, level).r
  );
  vec2 rows = mix(four.xz, four.yw, share.x);
  return mix(rows.x, rows.y, share.y);
}

/* DICOM PS3.3 C.11.2.1.3.2, the exact linear window. */
float grey(float code) {
  float share = clamp((code / top - window.x) / window.y + .5, 0., 1.);
  return inverted ? 1. - share : share;
}

vec3 shown(vec2 at, float zoom) {
  vec2 size = vec2(textureSize(codes, 0));
  if (any(lessThan(at, vec2(0))) || any(greaterThanEqual(at, size))) return vec3(0);
  vec3 radiograph = vec3(grey(code(at, zoom)));
  if (opacity == 0.) return radiograph;
  float warmth = texture(heat, at / size).r;
  vec3 hue = texelFetch(tables, ivec2(int(round(255. * warmth)), colours), 0).rgb;
  return mix(radiograph, hue, warmth * opacity);
}

void main() {
  vec2 screen = vec2(gl_FragCoord.x, stageHeight - gl_FragCoord.y) - corner;
  vec2 from = screen - middle;
  float scale = zoom;
  float distant = lens.z > 0. ? distance(screen, lens.xy) - lens.z : 1.;
  if (distant < 0.) {
    from = lens.xy + (screen - lens.xy) / lens.w - middle;
    scale *= lens.w;
  }
  vec2 at = point + vec2(dot(axes.xz, from), dot(axes.yw, from)) / zoom;
  vec3 seen = shown(at, scale);
  if (abs(distant + 1.) < 1.) seen = vec3(.37, .82, .77);
  vec2 away = abs(screen - cross_.xy);
  bool onCross = cross_.z > 0. && min(away.x, away.y) < .75 * cross_.z;
  if (onCross && max(away.x, away.y) < 9. * cross_.z && max(away.x, away.y) > 3. * cross_.z) seen = vec3(1., .78, .38);
  colour = vec4(seen, 1);
}`;

class Gpu {
  /** The page's one context; null where WebGL2 is missing. */
  static shared() {
    if (Gpu.one === undefined) {
      const canvas = globalThis.OffscreenCanvas && new OffscreenCanvas(1, 1);
      const gl = canvas?.getContext("webgl2", { alpha: false, antialias: false, depth: false });
      Gpu.one = gl ? new Gpu(canvas, gl) : null;
    }
    return Gpu.one;
  }

  constructor(canvas, gl) {
    [this.canvas, this.gl] = [canvas, gl];
    /** Called once a lost context has come back. */
    this.restored = new Set();
    this.prepare();
    this.canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.canvas.addEventListener("webglcontextrestored", () => {
      this.prepare();
      this.restored.forEach((tell) => tell());
    });
  }

  prepare() {
    const { gl } = this;
    this.program = program(gl);
    this.textures = new Map();
    this.places = {};
    const count = gl.getProgramParameter(this.program, gl.ACTIVE_UNIFORMS);
    for (let index = 0; index < count; index += 1) {
      const { name } = gl.getActiveUniform(this.program, index);
      this.places[name] = gl.getUniformLocation(this.program, name);
    }
    gl.useProgram(this.program);
    for (const [unit, name] of ["codes", "heat", "tables"].entries()) gl.uniform1i(this.places[name], unit);
    gl.enable(gl.SCISSOR_TEST);
  }

  /** Whether it is the processor that plays the graphics card: it does better by drawing for itself. */
  get isSoftware() {
    const named = this.gl.getExtension("WEBGL_debug_renderer_info");
    const name = this.gl.getParameter(named ? named.UNMASKED_RENDERER_WEBGL : this.gl.RENDERER);
    return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
  }

  holds(picture) {
    return Math.max(picture.width, picture.height) <= this.gl.getParameter(this.gl.MAX_TEXTURE_SIZE);
  }

  /** Draw a scene onto a canvas; false where the context is lost, until it is restored. */
  draw(target, scene) {
    const { gl, canvas } = this;
    if (gl.isContextLost()) return false;
    if (canvas.width !== target.width) canvas.width = target.width;
    if (canvas.height !== target.height) canvas.height = target.height;
    this.bind(scene.picture);
    this.set(scene, canvas.height);
    scene.panes.forEach((pane, index) => this.drawPane(pane, scene, scene.overlays[index]));
    target.getContext("bitmaprenderer").transferFromImageBitmap(canvas.transferToImageBitmap());
    return true;
  }

  set({ picture, placement, centre, width, inverted, colours }, stageHeight) {
    const { gl, places } = this;
    gl.uniform1i(places.levels, picture.levels.length);
    gl.uniform1i(places.colours, colours);
    gl.uniform1i(places.inverted, inverted);
    gl.uniform1f(places.top, picture.top);
    gl.uniform1f(places.zoom, placement.zoom);
    gl.uniform1f(places.stageHeight, stageHeight);
    gl.uniform2f(places.point, placement.x, placement.y);
    gl.uniform2f(places.window, centre, width);
    gl.uniform4fv(places.axes, axes(placement));
  }

  drawPane(pane, { lens, cross }, opacity) {
    const { gl, places } = this;
    const bottom = this.canvas.height - pane.y - pane.height;
    gl.viewport(pane.x, bottom, pane.width, pane.height);
    gl.scissor(pane.x, bottom, pane.width, pane.height);
    gl.uniform1f(places.opacity, opacity);
    gl.uniform2f(places.corner, pane.x, pane.y);
    gl.uniform2f(places.middle, pane.width / 2, pane.height / 2);
    gl.uniform4f(places.lens, lens?.x ?? 0, lens?.y ?? 0, lens?.radius ?? 0, lens?.power ?? 1);
    gl.uniform3f(places.cross_, cross?.x ?? 0, cross?.y ?? 0, cross?.scale ?? 0);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  bind(picture) {
    if (!this.textures.has(picture)) this.textures.set(picture, this.upload(picture));
    const { gl } = this;
    for (const [unit, texture] of this.textures.get(picture).entries()) {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
    }
  }

  upload(picture) {
    const { gl } = this;
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    const [internal, type] =
      picture.bytes === 2 ? [gl.R16UI, gl.UNSIGNED_SHORT] : [gl.R8UI, gl.UNSIGNED_BYTE];
    const codes = this.texture(gl.NEAREST, gl.NEAREST_MIPMAP_NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAX_LEVEL, picture.levels.length - 1);
    for (const [level, { codes, width, height }] of picture.levels.entries()) {
      gl.texImage2D(gl.TEXTURE_2D, level, internal, width, height, 0, gl.RED_INTEGER, type, codes);
    }
    const side = picture.map_side;
    const heat = this.texture(gl.LINEAR, gl.LINEAR);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, side, side, 0, gl.RED, gl.UNSIGNED_BYTE, picture.heat);
    const tables = this.texture(gl.NEAREST, gl.NEAREST);
    const rows = picture.tables.length;
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB8, 256, rows, 0, gl.RGB, gl.UNSIGNED_BYTE, null);
    for (const [row, table] of picture.tables.entries()) {
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, row, 256, 1, gl.RGB, gl.UNSIGNED_BYTE, table);
    }
    return [codes, heat, tables];
  }

  texture(magnify, minify) {
    const { gl } = this;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, magnify);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, minify);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    return texture;
  }

  /** The picture is shown no more: its memory goes back. */
  forget(picture) {
    for (const texture of this.textures.get(picture) ?? []) this.gl.deleteTexture(texture);
    this.textures.delete(picture);
  }
}

function program(gl) {
  const made = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
      throw new Error(`expected the shader to compile; received: ${gl.getShaderInfoLog(shader)}`);
    }
  }
  gl.linkProgram(made);
  return made;
}
