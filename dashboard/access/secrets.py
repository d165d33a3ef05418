"""The sections of ``.streamlit/secrets.toml``."""

from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from dashboard.access.settings import UnusableSettings


def section(name: str) -> dict[str, Any]:
    """Return a section of the secrets, empty where there is none.

    Raises:
        UnusableSettings: there is a file, and it cannot be read.
    """
    try:
        return st.secrets[name].to_dict() if name in st.secrets else {}
    except StreamlitSecretNotFoundError:
        unreadable = [file for file in st.get_option("secrets.files") if Path(file).exists()]
        if not unreadable:
            return {}
        raise UnusableSettings(
            f"Expected TOML in {', '.join(unreadable)}; it cannot be read. Correct it, and load again."
        ) from None
