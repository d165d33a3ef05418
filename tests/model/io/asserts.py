"""Assertions that several tests of ``model.io`` share."""

import numpy as np
import pytest

from model.io import radiograph
from model.io.radiograph import Radiograph, UnreadableRadiograph


def refusal(data: bytes, name: str) -> str:
    """Return the message that a file is refused with, which names it and says what was expected."""
    with pytest.raises(UnreadableRadiograph) as problem:
        list(radiograph.frames(data, name))
    message = str(problem.value)
    assert message.startswith(f"{name} ")
    assert "Expected" in message
    return message


def grey_values(scan: Radiograph) -> np.ndarray:
    """Return the greys before any window, which a grey picture never lacks."""
    assert scan.values is not None
    return scan.values
