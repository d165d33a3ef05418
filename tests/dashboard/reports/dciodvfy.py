"""David Clunie's validator, which knows what the standard asks of each kind of object."""

import subprocess
from pathlib import Path

from tests.debian import program


def errors_in(data: bytes, folder: Path) -> list[str]:
    """Return the errors that the validator finds in a DICOM file; ``folder`` is for temporary files."""
    file = folder / "object.dcm"
    file.write_bytes(data)
    done = subprocess.run([program("dciodvfy"), file], capture_output=True, text=True, timeout=60)
    lines = f"{done.stdout}\n{done.stderr}".splitlines()
    found = [line for line in lines if line.startswith("Error")]
    return found or ([] if done.returncode == 0 else [f"ended with {done.returncode}"])
