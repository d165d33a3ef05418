"""What happens once before the dashboard is served."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from dashboard.server.readiness import READINESS
from dashboard.server.welcome import welcome


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Start what the server does beside drawing pages."""
    READINESS.begin()
    welcome()
    yield
