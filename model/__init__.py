"""The instrument: a radiograph in, a calibrated probability and a heat map out.

>>> from model import read
>>> reading = read("scan.dcm")  # doctest: +SKIP
>>> reading.probability, reading.warnings  # doctest: +SKIP
(0.9684, ())

``Classifier``, ``Radiograph`` and ``Reading`` are imported when they are first asked for, so that a part of the
package, such as ``model.io``, stays light.
"""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model.io.radiograph import Radiograph
    from model.network.classifier import Classifier, Reading

__all__ = ["Classifier", "Radiograph", "Reading", "read"]

_MODULES = {
    "Classifier": "model.network.classifier",
    "Radiograph": "model.io.radiograph",
    "Reading": "model.network.classifier",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(_MODULES[name]), name)


def read(source: str | Path | bytes, name: str = "") -> "Reading":
    """Read one radiograph with the shipped network, which is loaded at the first call.

    Args:
        source: path or bytes of a DICOM, PNG, JPEG, BMP, TIFF or WebP file; of several frames the first is read.
        name: of the file, for messages; that of the path where none is given.

    Raises:
        UnreadableRadiograph: the file holds no chest radiograph that can be read.
        ArtifactMismatch: the network does not belong to its card.
        OSError: there is no such file.
    """
    from model.io import radiograph

    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    given = "radiograph" if isinstance(source, bytes) else Path(source).name
    return _shipped_classifier().read(radiograph.read(data, name or given))


@cache
def _shipped_classifier() -> "Classifier":
    from model.network.classifier import Classifier

    return Classifier.load()
