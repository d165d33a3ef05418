import pytest

from model.network.finding import DECISIONS, Finding, decide, doubted


@pytest.mark.parametrize(
    ("probability", "trusted", "finding", "decision"),
    [
        (0.0999, True, Finding.NORMAL, Finding.NORMAL),
        (0.1, True, Finding.BETWEEN, Finding.REVIEW),
        (0.9499, True, Finding.BETWEEN, Finding.REVIEW),
        (0.95, True, Finding.PNEUMONIA, Finding.PNEUMONIA),
        (0.01, False, Finding.REVIEW, Finding.REVIEW),
        (0.999, False, Finding.REVIEW, Finding.REVIEW),
    ],
)
def test_a_finding_follows_from_probability_thresholds_and_trust(
    probability: float, trusted: bool, finding: Finding, decision: Finding
) -> None:
    found = decide(probability, 0.1, 0.95, trusted=trusted)
    assert (found, found.decision) == (finding, decision)


@pytest.mark.parametrize(
    ("probability", "finding"), [(0.4999, Finding.NORMAL), (0.5, Finding.DOUBTFUL), (0.9, Finding.PNEUMONIA)]
)
def test_a_normal_that_is_likelier_pneumonia_is_doubtful(probability: float, finding: Finding) -> None:
    assert decide(probability, 0.9, 0.9) is finding
    assert doubted(finding.decision, probability) is finding


def test_the_values_are_those_of_the_csv_files_and_the_database() -> None:
    assert list(Finding) == ["pneumonia", "doubtful", "between", "normal", "review"]
    assert list(DECISIONS) == ["normal", "pneumonia", "review"]
    assert {finding.decision for finding in Finding} == set(DECISIONS)
