"""An app with two pages and an uploader, and nothing else: what Streamlit itself takes."""

import streamlit as st


def first() -> None:
    """Draw a title, and the size of what is dropped."""
    st.title("Read")
    if file := st.file_uploader("Drop"):
        st.text(f"{len(file.getvalue())} bytes")


def second() -> None:
    """Draw a title."""
    st.title("Worklist")


st.navigation([st.Page(first, title="Read", default=True), st.Page(second, title="Worklist")], position="top").run()
