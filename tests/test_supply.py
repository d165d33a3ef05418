"""What is deployed: the lock holds what the requirement files ask for, by hash, under licences that go with MIT."""

import re
from importlib.metadata import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import licences
from tests.test_packaging import requirements

DEPLOYED = ("requirements-dashboard.txt", "requirements-login.txt", "requirements-node.txt")


def test_the_lock_holds_what_the_requirement_files_ask_for() -> None:
    versions = {canonicalize_name(each.name): str(each.specifier)[2:] for each in licences.locked()}
    for file in DEPLOYED:
        for wanted in map(Requirement, requirements(file)):
            if wanted.marker is None or wanted.marker.evaluate():
                version = versions[canonicalize_name(wanted.name)]
                assert wanted.specifier.contains(version), f"{wanted}: the lock has {version}; run make lock"


def test_every_locked_package_is_known_by_its_hashes() -> None:
    entries = re.split(r"\n(?=[\w.-]+==)", licences.LOCK.read_text())[1:]
    assert len(entries) > 50
    for entry in entries:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), entry


@pytest.mark.parametrize("package", sorted({each.name for each in licences.locked()}))
def test_no_licence_is_unknown_or_unfit(package: str) -> None:
    assert not licences.problem(package, licences.licence(metadata(package)))


@pytest.mark.parametrize("stated", ["", "AGPL-3.0-only", "GNU General Public License v3 (GPLv3)", "Proprietary"])
def test_an_unfit_licence_is_named(stated: str) -> None:
    assert f"received {stated or 'none'}" in licences.problem("another", stated)
