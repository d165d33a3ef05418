from pathlib import Path

import dashboard
from dashboard.shared.findings import FINDINGS
from model.network.finding import Finding


def test_every_finding_is_shown_in_the_order_of_the_worklist() -> None:
    assert list(FINDINGS) == list(Finding)


def test_every_class_of_a_finding_is_in_the_style_sheet() -> None:
    style = (Path(dashboard.__file__).parent / "style.css").read_text()
    assert all(f".lf-verdict.{shown.css_class}" in style for shown in FINDINGS.values())
