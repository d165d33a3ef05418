"""How the model card writes figures."""

from collections.abc import Mapping
from typing import Any

from model.metrics.estimate import Estimate

SPLITS = {"validation": "Validation", "test": "Test"}
KINDS = {"normal": "Normal", "bacteria": "Bacterial", "virus": "Viral"}


def interval(measured: Mapping[str, float] | Estimate[float]) -> str:
    """``0.971 (0.950 to 0.984)``."""
    figures: Mapping[str, float] = measured._asdict() if isinstance(measured, Estimate) else measured
    return f"{figures['value']:.3f} ({figures['low']:.3f} to {figures['high']:.3f})"


def rounded(value: float, decimals: int) -> str:
    """A figure of either sign, and no zero below zero."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}"


def decimal(probability: float) -> str:
    """A probability, 0 to 1, with four decimals; nothing is rounded to certainty."""
    if probability < 0.00005:
        return "below 0.0001"
    return "above 0.9999" if probability >= 0.99995 else f"{probability:.4f}"


def share(part: int, whole: int) -> str:
    """``11 of 390, 2.8 %``."""
    return f"{part} of {whole}, {100 * part / whole:.1f} %" if whole else "none"


def recipe(settings: Mapping[str, Any]) -> str:
    """A training's settings in a clause."""
    return (
        f"{settings['epochs']} epochs of batches of {settings['batch']}, learning rate up to {settings['rate']:g}, "
        f"weight decay {settings['weight_decay']:g}, augmentation “{settings['augmentation']}”"
    )
