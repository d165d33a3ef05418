import pytest

from training import recipes
from training.augment import AUGMENTATIONS
from training.networks import architectures


def test_every_recipe_names_what_exists() -> None:
    for name, recipe in recipes.RECIPES.items():
        assert recipe.name == name and recipe.about
        assert recipe.augmentation in AUGMENTATIONS
        assert hasattr(architectures, recipe.family)


def test_the_ladder_has_nine_steps_before_the_shipped_one() -> None:
    assert len({recipe.name for recipe in recipes.LADDER}) == len(recipes.LADDER) == 9


def test_every_means_differs_from_the_first_in_what_it_is_about() -> None:
    first, *others = recipes.VARIANTS
    for other in others:
        different = {key for key, value in vars(other).items() if value != getattr(first, key)} - {"name", "about"}
        assert different
        assert len(different) == 1 or different == {"distillation", "label_smoothing"}


def test_settings_are_changed_by_name() -> None:
    changed = recipes.with_settings(recipes.STRONG_AUGMENTATION, ["epochs=2", "rate=0.5", "augmentation=none"])
    assert (changed.epochs, changed.rate, changed.augmentation) == (2, 0.5, "none")


@pytest.mark.parametrize("setting", ["epoch=2", "standardise=yes"])
def test_a_setting_that_is_none_is_refused(setting: str) -> None:
    with pytest.raises(ValueError, match=f"{setting}: expected NAME=VALUE with one of the names name, about"):
        recipes.with_settings(recipes.STRONG_AUGMENTATION, [setting])
