"""The explorer alone on a page, on as many made-up scores as its address asks for: ``?rows=1000000``."""

import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import streamlit as st

ROOT = Path(__file__).resolve().parents[2]
# Streamlit puts this folder on the path, not the repository's.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from dashboard.thresholds.choice import OperatingChoice  # noqa: E402
from dashboard.thresholds.explorer import threshold_explorer  # noqa: E402
from dashboard.thresholds.explorer.errors import hardest  # noqa: E402
from dashboard.thresholds.explorer.paired_comparison import paired_table  # noqa: E402
from dashboard.thresholds.explorer.table import drawn_bands, explorer_table  # noqa: E402


def made_up(rows: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels and the scores of two networks, each array of shape (rows,)."""
    generator = np.random.default_rng(seed)
    labels = (generator.random(rows) < 0.6).astype(int)
    odds = generator.normal(3 * labels - 1, 1.6)
    other = odds + generator.normal(0, 1, rows)
    return labels, (1 / (1 + np.exp(-odds))).round(7), (1 / (1 + np.exp(-other))).round(7)


def main() -> None:
    rows = int(st.query_params.get("rows", "624"))
    labels, scores, other = made_up(rows)
    kinds = np.where(labels == 0, "normal", np.where(np.arange(rows) % 3 == 0, "virus", "bacteria")).tolist()
    files = [f"image-{row}.jpeg" for row in range(rows)]
    table = explorer_table(labels, scores, 0.5, [0.3, 0.2, 0.8], kinds)
    threshold_explorer(
        table,
        start=asdict(OperatingChoice(0.5, 0.2, 0.8, 0.95, 0.1)),
        about={
            "name": f"made-up/{rows}",
            "default": 0.5,
            "provenance": "Made up.",
            "policies": [
                {
                    "name": "default",
                    "title": "Default",
                    "rule": "made up",
                    "origin": "nothing",
                    "low": 0.5,
                    "high": 0.5,
                },
                {
                    "name": "other",
                    "title": "Other",
                    "rule": "made up too",
                    "origin": "air",
                    "low": 0.3,
                    "high": 0.3,
                },
                {"name": "band", "title": "Band", "rule": "a band", "origin": "air", "low": 0.2, "high": 0.8},
            ],
            "prevalence": 0.6,
            "reading": 0.45,
            "bands": drawn_bands(labels, scores),
            "bootstraps": 500,
            "hardest": hardest(labels, scores, files, kinds),
            "others": [["other", "Other network"], ["third", "Third network"]],
            "beside": "other",
            "paired": paired_table(labels, scores, other, table["thresholds"], 0.5, "Other network"),
        },
        on_settle=lambda values: st.session_state.update(settled=dict(values)),
        on_compare=lambda name: st.session_state.update(compared=name),
        key="explorer",
    )
    st.json({name: st.session_state.get(name) for name in ("settled", "compared")})


main()
