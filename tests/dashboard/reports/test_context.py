from datetime import datetime

import pytest

from tests.dashboard.reports.examples import context


def test_it_names_finding_and_network() -> None:
    given = context()
    assert given.title == "Pneumonia suspected"
    assert given.network == given.card.files["pneumonia.tflite"]


def test_a_time_of_no_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected a time in UTC; .* Pass datetime\.now\(UTC\)"):
        context(time=datetime(2026, 3, 4))
