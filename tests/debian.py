"""Debian's programs that tests run against: an archive, validators, a web server.

    python -m tests.debian

prints where they are. One that is missing is installed by apt-get where that is allowed; elsewhere a test that
needs it fails and says what to install.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = {
    "Orthanc": "orthanc",
    "dciodvfy": "dicom3tools",
    "openssl": "openssl",
    "nginx": "nginx-light",
    "systemd-analyze": "systemd",
    "pg_ctlcluster": "postgresql",
}
"""By program; the archive's comes with its DICOMweb plug-in."""
PLUGIN, PLUGIN_PACKAGE = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so"), "orthanc-dicomweb"

APT_SECONDS = 600
_FOLDERS = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin"))
"""Debian's servers are where only root's PATH leads."""


class MissingProgram(RuntimeError):
    """A program is not there and could not be installed; the message says what to install."""


def program(name: str) -> Path:
    """Return the path of a program among ``PACKAGES``; raises ``MissingProgram``."""
    if not (found := shutil.which(name, path=_FOLDERS)):
        _install(name, PACKAGES[name])
        found = shutil.which(name, path=_FOLDERS)
    if not found:
        raise MissingProgram(f"{PACKAGES[name]} was installed, but brought no {name}.")
    return Path(found)


def dicomweb_plugin() -> Path:
    """Return the path of the archive's DICOMweb plug-in; raises ``MissingProgram``."""
    if not PLUGIN.exists():
        _install(str(PLUGIN), PLUGIN_PACKAGE)
    return PLUGIN


def _install(name: str, package: str) -> None:
    install = ["apt-get", "install", "--yes", "--no-install-recommends", package]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise MissingProgram(
            f"Expected {name}, which is not installed. On Debian or Ubuntu: sudo apt install {package}"
        )
    with (Path(tempfile.gettempdir()) / "lungfield-tests-apt.lock").open("w") as handle:
        # Tests run side by side, and apt-get refuses to.
        fcntl.flock(handle, fcntl.LOCK_EX)
        for command in (["apt-get", "update"], install):
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=APT_SECONDS,
                env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            )
            if done.returncode:
                raise MissingProgram(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")


if __name__ == "__main__":
    try:
        print(*map(program, PACKAGES), dicomweb_plugin(), sep="\n")
    except MissingProgram as failure:
        sys.exit(str(failure))
