"""The pages in the order of the menu: each one's file, title, icon and address."""

from typing import NamedTuple

import streamlit as st


class Page(NamedTuple):
    """A page: its file below ``dashboard/``, title, Material icon, and address below the dashboard's own."""

    file: str
    title: str
    icon: str
    address: str

    def link(self, label: str, **parameters: str) -> None:
        """Draw a link to the page, with parameters of its address."""
        st.page_link(self.file, label=label, icon=self.icon, query_params=parameters)


READ = Page("reading/page.py", "Read", ":material/pulmonology:", "")
WORKLIST = Page("worklist/page.py", "Worklist", ":material/checklist:", "worklist")
THRESHOLDS = Page("thresholds/page.py", "Thresholds", ":material/tune:", "thresholds")
COMPARE = Page("comparison/page.py", "Compare", ":material/stairs_2:", "compare")
HISTORY = Page("history/page.py", "History", ":material/history:", "history")
MODEL_CARD = Page("model_card/page.py", "Model card", ":material/fact_check:", "model_card")

NODE = Page("node/page.py", "Node", ":material/lan:", "node")
"""In the menu where a DICOM node is configured, and nowhere else."""

AUDIT = Page("audit/page.py", "Audit", ":material/policy:", "audit")
"""In the menu where a login is asked for, and nowhere else."""

PAGES = (READ, WORKLIST, THRESHOLDS, COMPARE, HISTORY, MODEL_CARD)
