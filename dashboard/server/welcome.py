"""The address of the dashboard, for whoever starts it: printed, and opened in a browser where there is one.

Streamlit's own welcome asks a service on the internet under which address the machine is seen; it is switched off
in ``.streamlit/config.toml``.
"""

import asyncio

import streamlit as st
from streamlit import cli_util, config
from streamlit.web.server import server_util

SECONDS = 0.5
"""From the start of the application to that of its socket."""


def welcome() -> None:
    """Print the dashboard's address, and open it in a browser unless ``server.headless`` is set."""
    url = dashboard_url()
    print(f"Lungfield: {url}", flush=True)
    if not st.get_option("server.headless"):
        asyncio.get_running_loop().call_later(SECONDS, cli_util.open_browser, url)


def dashboard_url() -> str:
    """Return the address under which this machine reaches the dashboard."""
    for option in ("browser.serverAddress", "server.address"):
        if config.is_manually_set(option):
            return server_util.get_url(server_util.get_display_address(st.get_option(option)))
    return server_util.get_url("localhost")
