/** The width in CSS pixels up to which Streamlit draws the menu over the page. */
const PHONE = "(max-width: 768px)";

/** The page that the menu was folded for; a page is drawn again and again. */
let folded = null;

export default function mount({ data }) {
  if (data.address === folded) return;
  folded = data.address;
  // Only an open menu has this button.
  if (matchMedia(PHONE).matches) document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
}
