import pytest

from model.network.classifier import Classifier


@pytest.fixture(scope="package")
def classifier() -> Classifier:
    return Classifier.load()
