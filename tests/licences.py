"""The licences of what the dashboard is deployed with, as each package states its own.

    python -m tests.licences

prints them, and ends with status 1 where one is unknown or does not go with the project's own, MIT.
"""

import re
import sys
from importlib.metadata import PackageMetadata, metadata
from pathlib import Path

from packaging.requirements import Requirement

LOCK = Path(__file__).resolve().parent.parent / "requirements-lock.txt"

PERMISSIVE = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|ISC|Zlib|CC0|PSF|Python Software Foundation|MPL|Mozilla Public|MIT-CMU|HPND)", re.I
)
"""Licences that ask for their text alone; and MPL, which asks for the source of its own files if changed."""
COPYLEFT = {
    "fpdf2": "LGPL-3.0-only: used as a library that can be replaced",
    "pylibjpeg-libjpeg": "GPL-3.0: whoever passes on an installation that holds it does so under the GPL",
}
"""Packages that ask for more, looked at one by one: MIT goes with each."""


def locked() -> list[Requirement]:
    """Return what the lock installs on this machine."""
    lines = re.findall(r"^([\w.-]+==[^\\\n]+)", LOCK.read_text(), re.MULTILINE)
    found = [Requirement(line.strip()) for line in lines]
    return [each for each in found if each.marker is None or each.marker.evaluate()]


def licence(about: PackageMetadata) -> str:
    """Return what a package states: an SPDX expression, else its classifiers, else its field's first line."""
    named = [name.split("::")[-1].strip() for name in about.get_all("Classifier") or [] if "License ::" in name]
    expression, text = ("".join(about.get_all(field) or []) for field in ("License-Expression", "License"))
    return expression or ", ".join(named) or text.partition("\n")[0]


def problem(name: str, stated: str) -> str:
    """Return why a licence is not accepted, or nothing."""
    if name in COPYLEFT:
        return ""
    if re.search(r"GPL|GNU|Proprietary|Commons-NC|SSPL|BUSL", stated, re.I) or not PERMISSIVE.search(stated):
        return (
            f"{name}: expected a licence that goes with MIT; received {stated or 'none'}. Look at it, or leave it."
        )
    return ""


def main() -> int:
    """Print each package with its licence, and return the exit status."""
    problems = []
    for each in locked():
        stated = licence(metadata(each.name))
        print(f"{each.name:28} {COPYLEFT.get(each.name, stated)}")
        problems.append(problem(each.name, stated))
    print(*filter(None, problems), sep="\n", file=sys.stderr)
    return int(any(problems))


if __name__ == "__main__":
    sys.exit(main())
