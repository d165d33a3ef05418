import numpy as np
import pytest

from dashboard.shared.formatting import (
    decimals_apart,
    escape_markdown,
    format_count,
    format_deciding_threshold,
    format_percent_estimate,
    format_probability,
    format_signed,
    format_threshold,
    format_thresholds,
    hottest_region,
)
from model.metrics.estimate import Estimate
from model.network.finding import Finding


@pytest.mark.parametrize(
    ("threshold", "shown"),
    [
        (0.0, "0 %"),
        (0.00004, "0.004 %"),
        (0.5, "50.0 %"),
        (0.99902, "99.9 %"),
        (0.99996, "99.996 %"),
        (1.0, "100 %"),
    ],
)
def test_a_threshold_is_only_called_certain_where_it_is(threshold: float, shown: str) -> None:
    assert format_threshold(threshold) == shown


def test_two_thresholds_are_both_named() -> None:
    assert format_thresholds(None, 0.9) == "90.0 %"
    assert format_thresholds(0.1, 0.9) == "10.0 % to 90.0 %"


@pytest.mark.parametrize(
    ("finding", "named"),
    [
        (Finding.PNEUMONIA, "90.0 %"),
        (Finding.BETWEEN, "10.0 % and 90.0 %"),
        (Finding.NORMAL, "10.0 %"),
        (Finding.DOUBTFUL, "10.0 %"),
    ],
)
def test_the_threshold_that_decided_is_named(finding: Finding, named: str) -> None:
    assert format_deciding_threshold(finding, 0.1, 0.9) == named
    assert format_deciding_threshold(finding, None, 0.9) == "90.0 %"


def test_nothing_is_left_for_markdown_to_do() -> None:
    assert escape_markdown("![x](y) *a* `b`") == r"\!\[x\]\(y\) \*a\* \`b\`"
    assert escape_markdown("1. a\n# b\r\n\n    c") == r"1\. a \# b c", "expected one line"
    address = escape_markdown("https://a.example www.a.example a@a.example")
    for found in ("://", "www.", "@a"):
        assert found not in address.replace("\\", ""), "expected no address that a link could be made of"
    assert escape_markdown("ä 7 X") == "ä 7 X"


@pytest.mark.parametrize(
    ("probability", "lower", "upper", "shown"),
    [
        (0.2, None, 0.9, ("20.0 %", "90.0 %")),
        (0.9, None, 0.9, ("90.0 %", "90.0 %")),
        (0.9677, None, 0.9684, ("96.77 %", "96.84 %")),
        (0.96839, None, 0.9684, ("96.839 %", "96.840 %")),
        (0.9991, None, 0.9993, ("99.91 %", "99.93 %")),
        (0.99996, None, 0.99995, ("99.996 %", "99.995 %")),
        (0.00093, None, 0.00097, ("0.09 %", "0.10 %")),
        (0.5004, 0.5, 0.9, ("50.04 %", "50.00 % to 90.00 %")),
    ],
)
def test_a_probability_is_told_from_the_threshold_beside_it(
    probability: float, lower: float | None, upper: float, shown: tuple[str, str]
) -> None:
    decimals = decimals_apart(probability, lower, upper)
    assert (format_probability(probability, decimals), format_thresholds(lower, upper, decimals=decimals)) == shown


def test_with_more_decimals_nothing_is_rounded_to_certainty_either() -> None:
    assert [format_probability(value, 2) for value in (0.0, 0.00009, 0.98172, 0.99995)] == [
        "below 0.01 %",
        "below 0.01 %",
        "98.17 %",
        "above 99.99 %",
    ]


@pytest.mark.parametrize(("value", "shown"), [(-0.0004, "0.000"), (0.0006, "0.001"), (-3.1316, "-3.132")])
def test_no_zero_lies_below_zero(value: float, shown: str) -> None:
    assert format_signed(value, 3) == shown


def test_what_is_counted_is_one_or_several() -> None:
    assert [format_count(count, "file") for count in (0, 1, 1200)] == ["0 files", "1 file", "1,200 files"]


@pytest.mark.parametrize(
    ("probability", "shown"),
    [
        (0.0, "below 0.1 %"),
        (0.0009, "below 0.1 %"),
        (0.123, "12.3 %"),
        (0.9817, "98.2 %"),
        (0.99995, "above 99.9 %"),
    ],
)
def test_no_probability_is_rounded_to_certainty(probability: float, shown: str) -> None:
    assert format_probability(probability) == shown


def test_the_hottest_region_is_named_by_thirds() -> None:
    heat = np.zeros((7, 7), np.float32)
    assert hottest_region(heat) == "no evidence of pneumonia"
    heat[6, 0] = 0.1
    assert hottest_region(heat) == "no evidence of pneumonia", "too faint to be drawn"
    heat[6, 0] = 1
    assert hottest_region(heat) == "strongest evidence in the lower left part of the picture"


def test_a_share_stands_with_its_interval_and_a_share_of_nothing_is_a_dash() -> None:
    assert format_percent_estimate(Estimate(0.95, 0.9, 0.975)) == "95.0 % (90.0 to 97.5)"
    assert format_percent_estimate(Estimate(float("nan"), 0.0, 1.0)) == "-"
