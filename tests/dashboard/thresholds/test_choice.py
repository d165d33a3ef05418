"""A choice goes into an address and comes back to the last digit; what an address cannot mean is not followed."""

import pytest

from dashboard.thresholds.choice import LIMITS, OperatingChoice

CHOICE = OperatingChoice(0.9816972, 0.0689086, 0.9990214, 0.95, 0.1)


def test_it_survives_the_address_to_the_last_digit() -> None:
    chosen = OperatingChoice(0.1 + 0.2, 1 / 3, 2 / 3, 0.975, 0.123, 55, 7.5)
    assert CHOICE.updated_from(chosen.address()) == chosen


def test_whole_numbers_are_short() -> None:
    assert CHOICE.address()["patients"] == "40"


@pytest.mark.parametrize("said", ["", "nan", "inf", "-0.1", "1.01", "0,5", None, [], {"a": 1}])
def test_what_is_no_threshold_leaves_it(said: object) -> None:
    assert CHOICE.updated_from({"threshold": said}) == CHOICE


@pytest.mark.parametrize("name", LIMITS)
def test_every_limit_may_be_reached_and_not_passed(name: str) -> None:
    low, high = LIMITS[name]
    assert getattr(CHOICE.updated_from({"low": 0, "high": 1, name: high}), name) == high
    assert getattr(CHOICE.updated_from({name: low - 1e-3}), name) == getattr(CHOICE, name)


def test_a_band_the_wrong_way_round_is_not_followed() -> None:
    assert CHOICE.updated_from({"low": "0.9", "high": "0.2", "weight": "3"}) == OperatingChoice(
        CHOICE.threshold, CHOICE.low, CHOICE.high, CHOICE.target, CHOICE.prevalence, weight=3
    )


def test_the_hospitals_settings_are_the_same_for_every_set_of_images() -> None:
    assert CHOICE.hospital() == {"target": 0.95, "prevalence": 0.1, "patients": 40, "weight": 20}


def test_what_else_an_address_says_is_not_heard() -> None:
    assert CHOICE.updated_from({"page": "2"}) == CHOICE
