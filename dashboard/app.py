"""The dashboard's entry: page settings and the way to each page.

streamlit run dashboard/app.py
"""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent.parent
# Streamlit puts this folder on the path, not the one that holds dashboard/ and model/.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from dashboard.shared.resources import ASSETS, load_classifier  # noqa: E402
from dashboard.shared.uploads import keep_off_disk  # noqa: E402
from model.network.card import ArtifactMismatch  # noqa: E402

keep_off_disk()
st.set_page_config(page_title="Lungfield", page_icon=str(ASSETS / "icon.svg"), layout="wide")
st.logo(str(ASSETS / "logo.svg"), size="large")
st.html(ROOT / "dashboard" / "style.css")

pages = [
    st.Page("reading/page.py", title="Read", icon=":material/pulmonology:", default=True),
    st.Page("worklist/page.py", title="Worklist", icon=":material/checklist:", url_path="worklist"),
    st.Page("thresholds/page.py", title="Thresholds", icon=":material/tune:", url_path="thresholds"),
    st.Page("comparison/page.py", title="Compare", icon=":material/stairs_2:", url_path="compare"),
    st.Page("history/page.py", title="History", icon=":material/history:", url_path="history"),
    st.Page("model_card/page.py", title="Model card", icon=":material/fact_check:", url_path="model_card"),
]
page = st.navigation(pages, position="top")
try:
    load_classifier()
    page.run()
except ArtifactMismatch as problem:
    st.error(str(problem), icon=":material/block:")
