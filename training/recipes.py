"""Settings of every training that reads whole radiographs.

``LADDER`` holds the steps from a fully connected net to a fine-tuned backbone. ``CANDIDATES`` were compared by
cross-validation (``training/cross_validate.py``): ``VARIANTS`` differ from ``strong_augmentation`` in one thing,
``COMBINED`` in two. What won is ``WHOLE_RADIOGRAPH``, which the network that reads the lungs starts from
(``training/lungs/``).
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Settings = TypeVar("Settings", bound="DataclassInstance")


@dataclass(frozen=True)
class Recipe:
    """Settings of one training, with the reason for each default."""

    name: str
    about: str  # what this step adds to the one before
    family: str = "mobilenet_v2"  # a function of training/networks/architectures.py
    size: int = 224  # what the published ImageNet weights were trained at
    classes: int = 3  # normal, bacterial, viral; 2 is normal against any pneumonia
    augmentation: str = "strong"  # a name in training/augment.py
    mix: str = ""  # mixup or cutmix
    batch: int = 16  # fits two cores' caches: 40 ms an image, against 47 with 32
    head_epochs: int = 1  # a random head would send noise through the pretrained layers
    head_rate: float = 1e-3
    epochs: int = 12  # validation loss of the averaged weights has settled by then
    rate: float = 2e-4  # reached after one epoch of warm-up, then down to zero along a cosine
    weight_decay: float = 1e-4
    l2: float = 0.0  # on the kernels of the networks that are not pretrained
    average: float = 0.998  # exponential average over about two epochs, which is what ships; 0 for none
    dropout: float = 0.2
    label_smoothing: float = 0.1  # the labels are one reader's, checked by a second
    style_transfer: int = 0  # 1: each view takes part of another radiograph's grey values and spectrum
    standardise: bool = False  # each radiograph to mean 0 and variance 1
    frozen_to: str = ""  # the last layer of the backbone that keeps ImageNet's weights
    distillation: float = 0.0  # weight of the teachers' out-of-fold predictions in the target; the rest: the label
    consistency: float = 0.0  # final weight of the divergence between two views of a radiograph (R-Drop)
    members: int = 1  # networks of the ensemble, each with a seed of its own, joined to one in the end
    seed: int = 7


_FROM_SCRATCH = Recipe(
    "",
    "",
    classes=2,
    augmentation="none",
    batch=32,
    head_epochs=0,
    epochs=15,
    rate=1e-3,
    weight_decay=0.0,
    average=0.0,
    dropout=0.0,
    label_smoothing=0.0,
)

FULLY_CONNECTED = replace(
    _FROM_SCRATCH, name="fully_connected", about="Fully connected", family="fully_connected", size=64
)
_FULLY_CONNECTED_REGULARISED = replace(
    FULLY_CONNECTED, name="fully_connected_regularised", about="+ L2, dropout", l2=1e-3, dropout=0.4
)
CNN = replace(_FROM_SCRATCH, name="cnn", about="Small CNN", family="small_cnn", size=64)
_CNN_REGULARISED = replace(CNN, name="cnn_regularised", about="+ L2, dropout", l2=1e-3, dropout=0.4)
_CNN_LARGER = replace(_CNN_REGULARISED, name="cnn_larger", about="+ 128 px, not 64", size=128)
STRONG_AUGMENTATION = Recipe("strong_augmentation", "Strong augmentation, three-way head, averaged weights")
FINETUNED = Recipe(
    "finetuned",
    "+ backbone trained too",
    classes=2,
    augmentation="reference",
    epochs=3,
    average=0.0,
    label_smoothing=0.0,
)
FROZEN = replace(FINETUNED, name="frozen", about="MobileNetV2, frozen", head_epochs=3, epochs=0)

LADDER = [
    FULLY_CONNECTED,
    _FULLY_CONNECTED_REGULARISED,
    replace(_FULLY_CONNECTED_REGULARISED, name="fully_connected_larger", about="+ 128 px, not 64", size=128),
    CNN,
    _CNN_REGULARISED,
    _CNN_LARGER,
    replace(_CNN_LARGER, name="cnn_augmented", about="+ shear, zoom, flip", augmentation="reference"),
    FROZEN,
    FINETUNED,
]
VGG16 = replace(FROZEN, name="vgg16", about="VGG16, frozen", family="vgg16")


def _variant(name: str, about: str, **settings: Any) -> Recipe:
    return replace(STRONG_AUGMENTATION, name=name, about=about, **settings)


def _consistent(name: str, about: str, consistency: float = 2.0, **settings: Any) -> Recipe:
    return _variant(name, f"Consistency regularisation, {about}", consistency=consistency, **settings)


VARIANTS = [
    STRONG_AUGMENTATION,
    _variant("mild_augmentation", "Shear, zoom and flip alone", augmentation="reference"),
    _variant("wide_augmentation", "Wider, with borders and uneven light", augmentation="wide"),
    _variant("no_aspect_jitter", "Strong, but never stretched", augmentation="unstretched"),
    _variant("standardised", "Each radiograph to mean 0, variance 1", standardise=True),
    _variant("mixup", "mixup", mix="mixup"),
    _variant("cutmix", "CutMix", mix="cutmix"),
    _variant("two_way_head", "Normal against pneumonia", classes=2),
    _variant("no_averaging", "Last weights instead of averaged ones", average=0.0),
    _variant("larger_input", "320 px a side instead of 224", size=320),
    _variant("consistency", "Consistency regularisation over shape, sharpness and file", consistency=2.0),
    _variant(
        "distilled",
        "Distilled from other networks' out-of-fold predictions, no label smoothing",
        distillation=0.7,
        label_smoothing=0.0,
    ),
    _variant("fifth_plain", "One view in five not augmented", augmentation="fifth_plain"),
    _variant("half_augmented", "One view in two not augmented", augmentation="half_augmented"),
    _variant("style_transfer", "Grey values and spectrum transferred from another radiograph", style_transfer=1),
    _variant("strong_consistency", "Consistency regularisation, four times the weight", consistency=8.0),
]

COMBINED = [
    _consistent("consistency_fifth_plain", "one view in five not augmented", augmentation="fifth_plain"),
    _consistent("consistency_half_augmented", "one view in two not augmented", augmentation="half_augmented"),
    _consistent(
        "strong_consistency_half_augmented",
        "four times the weight, one view in two not augmented",
        augmentation="half_augmented",
        consistency=8.0,
    ),
    _consistent("consistency_wide_augmentation", "wider augmentation", augmentation="wide"),
    _consistent("consistency_style_transfer", "style transfer", style_transfer=1),
]

CANDIDATES = [*VARIANTS, *COMBINED]

WHOLE_RADIOGRAPH = _variant(
    "whole_radiograph",
    "+ strong augmentation, two joined",
    augmentation="half_augmented",
    consistency=4.0,
    epochs=24,  # of half the radiographs each, in two views
    frozen_to="block_2_add",  # edges and spots are the same in every picture
    members=2,
)

RECIPES = {recipe.name: recipe for recipe in [*LADDER, VGG16, *CANDIDATES, WHOLE_RADIOGRAPH]}


def with_settings(recipe: Settings, settings: list[str]) -> Settings:
    """Return a recipe, or other settings of a training, changed by texts such as ``epochs=2``.

    Raises:
        ValueError: a setting that there is not, or a value of the wrong kind.
    """
    known = {
        name: now
        for name, now in vars(recipe).items()
        if isinstance(now, str | int | float) and not isinstance(now, bool)
    }
    changed = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in known:
            raise ValueError(f"{setting}: expected NAME=VALUE with one of the names {', '.join(known)}.")
        changed[name] = type(known[name])(value)
    return replace(recipe, **changed)
