from datetime import datetime

import pytest

from tests.dashboard.reports.examples import context


def test_it_names_network_and_level() -> None:
    given = context()
    assert given.network == given.card.files["pneumonia.tflite"]
    assert given.level == 0.05


def test_a_finding_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="'flu' is not a valid Finding"):
        context(finding="flu")


def test_a_threshold_beyond_a_probability_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected a threshold from 0 to 1; received 98\.2\."):
        context(threshold=98.2)


def test_a_lower_threshold_above_the_upper_is_refused() -> None:
    with pytest.raises(ValueError, match=r"from 0 to the upper one, 0\.75; received 0\.8\."):
        context(lower=0.8)


def test_a_time_of_no_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected a time in UTC; .* Pass datetime\.now\(UTC\)"):
        context(time=datetime(2026, 3, 4))
