"""Names of the measured splits, and a training's settings, as the model card shows them."""

from collections.abc import Mapping
from typing import Any

from dashboard.comparison.recipe_table import AUGMENTATIONS

SPLITS = {"validation": "Validation", "test": "Test"}


def format_recipe(settings: Mapping[str, Any]) -> str:
    """Format a training's settings as a clause."""
    epochs = sum(settings.get(phase, 0) for phase in ("small_epochs", "epochs", "polish_epochs"))
    return (
        f"{epochs} epochs of batches of {settings['batch']}, learning rate up to {settings['rate']:g}, "
        f"weight decay {settings['weight_decay']:g}, augmentation “{AUGMENTATIONS[settings['augmentation']]}”"
    )
