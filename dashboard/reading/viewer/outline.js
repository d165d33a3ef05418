/** The lungs' outline over the canvas: a line as thin at any zoom, in each pane that shows it. */

/** A path in the picture's pixels; Python sends shares of its sides. */
function outlinePath({ outlines, width, height }) {
  const line = (points) => `M${points.map(([x, y]) => `${x * width} ${y * height}`).join("L")}Z`;
  return outlines.map(line).join("");
}

function drawOutline(svg, { path, placement, panes, size }) {
  const { x, y, zoom } = placement;
  const [xx, xy, yx, yy] = axes(placement).map((axis) => axis * zoom);
  svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  const frames = panes.map((pane) => {
    const frame = element("svg", { x: pane.x, y: pane.y, width: pane.width, height: pane.height });
    const onto = `matrix(${xx} ${yx} ${xy} ${yy} ${pane.width / 2} ${pane.height / 2}) translate(${-x} ${-y})`;
    frame.append(element("path", { d: path, transform: onto }));
    return frame;
  });
  svg.replaceChildren(...frames);
}
