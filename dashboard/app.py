"""The dashboard's entry: page settings and the way to each page.

streamlit run dashboard/app.py
"""

import os
import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent.parent
# Streamlit puts this folder on the path, not the one that holds dashboard/ and model/.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from dashboard.access.admission import STRANGER, Person, admit, refuse  # noqa: E402
from dashboard.access.door import Door  # noqa: E402
from dashboard.access.entrance import end_where_shut, load_entrance  # noqa: E402
from dashboard.history.database import UnusableDatabase  # noqa: E402
from dashboard.node.configuration import VARIABLE as NODE_VARIABLE  # noqa: E402
from dashboard.server.lifespan import lifespan  # noqa: E402
from dashboard.server.logs import configure_logs  # noqa: E402
from dashboard.server.routes import MIDDLEWARE, ROUTES  # noqa: E402
from dashboard.shared.elements.menu import fold_menu  # noqa: E402
from dashboard.shared.formatting import escape_markdown  # noqa: E402
from dashboard.shared.navigation import AUDIT, NODE, PAGES, Page  # noqa: E402
from dashboard.shared.resources import ASSETS, load_network  # noqa: E402
from dashboard.shared.uploads import keep_off_disk  # noqa: E402
from model.network.card import ArtifactMismatch  # noqa: E402


def main() -> None:
    """Run the page at the address, once the network, its card and its data are known to belong together."""
    keep_off_disk()
    st.set_page_config(page_title="Lungfield", page_icon=str(ASSETS / "icon.svg"), layout="wide")
    st.logo(str(ASSETS / "logo.svg"), size="large")
    st.html(ROOT / "dashboard" / "style.css")
    pages = {page.address: page for page in configured_pages()}
    # The pages' addresses are known before anybody is let in; the menu shows what is open to whom.
    st.navigation([menu_entry(page, STRANGER) for page in pages.values()], position="hidden")
    try:
        person = admit()
        current = st.navigation([menu_entry(page, person) for page in pages.values()], position="top")
        fold_menu(current.url_path)
        if not person.may_open(pages[current.url_path]):
            refuse(pages[current.url_path], person)
            return
        load_network()
        current.run()
    except (ArtifactMismatch, UnusableDatabase) as problem:
        st.error(escape_markdown(str(problem)), icon=":material/block:")


def configured_pages() -> tuple[Page, ...]:
    """Return the pages that there are: the node's where one is configured, the audit's where a login is."""
    node = (NODE,) if os.environ.get(NODE_VARIABLE) else ()
    audit = (AUDIT,) if load_entrance().door is Door.LOGIN else ()
    return (*PAGES, *node, *audit)


def menu_entry(page: Page, person: Person) -> st.Page:
    """Return a page for the menu, which shows it to whom it is open."""
    return st.Page(
        page.file,
        title=page.title,
        icon=page.icon,
        url_path=page.address,
        default=not page.address,
        visibility="visible" if person.may_open(page) else "hidden",
    )


if __name__ == "__main__":
    main()
else:
    # Streamlit imports the entry once to serve it, and runs it as the main module for every page that is drawn.
    end_where_shut()
    configure_logs()
    app = st.App(__file__, lifespan=lifespan, routes=ROUTES, middleware=MIDDLEWARE)
