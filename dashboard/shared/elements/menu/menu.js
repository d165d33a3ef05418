/** The width in CSS pixels up to which Streamlit draws the menu over the page. */
const PHONE = "(max-width: 768px)";

let before = null;

export default function mount({ data }) {
  const chosen = before !== null && data.address !== before;
  before = data.address;
  if (chosen && matchMedia(PHONE).matches) {
    document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
  }
}
