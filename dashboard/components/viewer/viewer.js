/** Draw the radiograph and its overlay; the controls touch the overlay's style and nothing else. */
export default function ({ data, parentElement }) {
  const find = (selector) => parentElement.querySelector(selector);
  const overlay = find(".lf-viewer-overlay");
  const shown = find(".lf-viewer-switch input");
  const opacity = find(".lf-viewer-opacity input");

  const radiograph = find(".lf-viewer-radiograph");
  radiograph.src = data.radiograph;
  radiograph.alt = data.description;
  radiograph.width = data.width;
  radiograph.height = data.height;
  overlay.src = data.overlay;

  const draw = () => {
    overlay.style.opacity = shown.checked ? opacity.value / 100 : 0;
    opacity.disabled = !shown.checked;
    opacity.setAttribute("aria-valuetext", `${opacity.value} percent`);
    find(".lf-viewer-opacity output").textContent = `${opacity.value} %`;
  };
  shown.onchange = draw;
  opacity.oninput = draw;
  draw();
}
