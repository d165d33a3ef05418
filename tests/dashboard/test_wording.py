import pytest

from dashboard.wording import cut, deciding, plain, thresholds


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
    assert cut(threshold) == shown


def test_two_thresholds_are_both_named() -> None:
    assert thresholds(None, 0.9) == "90.0 %"
    assert thresholds(0.1, 0.9) == "10.0 % to 90.0 %"


@pytest.mark.parametrize(
    ("finding", "named"),
    [("pneumonia", "90.0 %"), ("between", "10.0 % and 90.0 %"), ("normal", "10.0 %"), ("doubtful", "10.0 %")],
)
def test_the_threshold_that_decided_is_named(finding: str, named: str) -> None:
    assert deciding(finding, 0.1, 0.9) == named
    assert deciding(finding, None, 0.9) == "90.0 %"


def test_nothing_is_left_for_markdown_to_do() -> None:
    assert plain("![x](y) *a* `b`") == r"\!\[x\]\(y\) \*a\* \`b\`"
    assert plain("1. a\n# b\r\n\n    c") == r"1\. a \# b c", "expected one line"
    address = plain("https://a.example www.a.example a@a.example")
    for found in ("://", "www.", "@a"):
        assert found not in address.replace("\\", ""), "expected no address that a link could be made of"
    assert plain("ä 7 X") == "ä 7 X"
