"""Every kind of file keeps the contract: whole, made by chance, and mutated; ``benchmarks/fuzz.py`` runs longer."""

import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.contract import check
from tests.fuzz.kinds import KINDS
from tests.fuzz.mutation import mutated

FEW = settings(
    max_examples=50,
    deadline=None,
    # The same in every run: what is new to find is left to the longer run.
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
SMALL = [name for name in KINDS if name != "large"]
"""Large files are mutated in the longer run alone."""
CHANCE = st.randoms(use_true_random=False)


def opened(name: str, data: bytes) -> bool:
    """Hold a file to the contract, in a folder of its own; return whether it was read."""
    with tempfile.TemporaryDirectory() as folder:
        return check(KINDS[name], data, Path(folder))


@pytest.mark.parametrize("name", KINDS)
def test_whole_files_are_read(name: str) -> None:
    read = [opened(name, data) for data in KINDS[name].whole()]
    assert any(read) or name == "guard"


@pytest.mark.parametrize("name", SMALL)
@FEW
@given(random=CHANCE)
def test_files_made_by_chance_keep_the_contract(name: str, random: Random) -> None:
    opened(name, KINDS[name].made(random))


@pytest.mark.parametrize("name", SMALL)
@FEW
@given(random=CHANCE)
def test_mutated_files_keep_the_contract(name: str, random: Random) -> None:
    whole = KINDS[name].whole()
    opened(name, mutated(random.choice(whole), random.choice(whole), random))
