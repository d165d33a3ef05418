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

from dashboard.node.configuration import VARIABLE as NODE_VARIABLE  # noqa: E402
from dashboard.shared.navigation import NODE, PAGES  # noqa: E402
from dashboard.shared.resources import ASSETS, load_classifier  # noqa: E402
from dashboard.shared.uploads import keep_off_disk  # noqa: E402
from model.network.card import ArtifactMismatch  # noqa: E402


def main() -> None:
    """Run the page at the address, once the network, its card and its data are known to belong together."""
    keep_off_disk()
    st.set_page_config(page_title="Lungfield", page_icon=str(ASSETS / "icon.svg"), layout="wide")
    st.logo(str(ASSETS / "logo.svg"), size="large")
    st.html(ROOT / "dashboard" / "style.css")
    pages = [
        st.Page(page.file, title=page.title, icon=page.icon, url_path=page.address, default=not page.address)
        for page in (*PAGES, *((NODE,) if os.environ.get(NODE_VARIABLE) else ()))
    ]
    current = st.navigation(pages, position="top")
    try:
        load_classifier()
        current.run()
    except ArtifactMismatch as problem:
        st.error(str(problem), icon=":material/block:")


if __name__ == "__main__":
    main()
