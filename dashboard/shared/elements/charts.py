"""What the charts share: their colours, their frame, and how they are put on a page."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

# Okabe and Ito's, told apart by every kind of colour vision, and readable on light and dark.
TEST, VALIDATION, OTHER = "#d55e00", "#2a9d8f", "#8a94a6"


def frame_chart(chart: go.Figure, height: int) -> go.Figure:
    """Give a chart narrow margins and a legend above it; ``height`` in pixels."""
    chart.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="closest",
    )
    return chart


def error_bars(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> dict[str, Any]:
    """Return Plotly's settings of error bars from arrays of shape (n,): values and their intervals' ends."""
    return {"array": high - values, "arrayminus": values - low, "thickness": 1.2, "width": 3}


def draw_chart(chart: go.Figure, key: str) -> None:
    """Draw a chart without a toolbar, and so without a button that asks a server for anything."""
    st.plotly_chart(chart, config={"displayModeBar": False}, key=key)
