"""What can be trained: the road from a fully connected net to the network that ships, as settings.

``LADDER`` is that road, a step an entry. ``CANDIDATES`` were compared by cross-validation
(``training/cross_validate.py``) before the last step was built: ``MEANS``, each of which differs from
``robust`` in one thing, and some ``COMBINED``.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Recipe:
    """Settings of one training, with the reason for each default."""

    name: str
    about: str  # what this step adds to the one before
    family: str = "mobilenet_v2"  # a function of training/architectures.py
    size: int = 224  # what the published ImageNet weights were trained at
    classes: int = 3  # normal, bacterial, viral; 2 is normal against any pneumonia
    augmentation: str = "strong"  # a name in training/augment.py
    mix: str = ""  # mixup or cutmix: two radiographs in one
    batch: int = 16  # fits two cores' caches: 40 ms an image, against 47 with 32
    head_epochs: int = 1  # a random head would send noise through the pretrained layers
    head_rate: float = 1e-3
    epochs: int = 12  # validation loss of the averaged weights has settled by then
    rate: float = 2e-4  # reached after one epoch of warm-up, then down to zero along a cosine
    weight_decay: float = 1e-4
    l2: float = 0.0  # on the kernels of the networks that are not pretrained
    average: float = 0.998  # exponential average over about two epochs, which is what ships; 0 for none
    dropout: float = 0.2
    label_smoothing: float = 0.1  # labels of 2018, one reader's word with a second's check
    borrow: int = 0  # 1: each view takes part of another radiograph's grey values and spectrum
    standardise: bool = False  # each radiograph to mean 0 and variance 1
    frozen_to: str = ""  # the last layer of the backbone that keeps ImageNet's weights
    teacher: float = 0.0  # weight of the out-of-fold predictions in the target, the rest is the label
    steady: float = 0.0  # weight, in the end, of the fine where two views of a radiograph are read differently
    members: int = 1  # trainings, each with a seed of its own, that are joined to one network in the end
    seed: int = 7


_FROM_NOTHING = Recipe(
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
    _FROM_NOTHING,
    name="fully_connected",
    about="Fully connected",
    family="fully_connected",
    size=64,
)
CNN = replace(_FROM_NOTHING, name="cnn", about="Small CNN", family="small_cnn", size=64)
ROBUST = Recipe("robust", "Strong augmentation, three-way head, averaged weights")
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
    replace(FULLY_CONNECTED, name="fully_connected_regularised", about="+ L2, dropout", l2=1e-3, dropout=0.4),
    replace(
        FULLY_CONNECTED,
        name="fully_connected_larger",
        about="+ 128 px, not 64",
        size=128,
        l2=1e-3,
        dropout=0.4,
    ),
    CNN,
    replace(CNN, name="cnn_regularised", about="+ L2, dropout", l2=1e-3, dropout=0.4),
    replace(CNN, name="cnn_larger", about="+ 128 px, not 64", size=128, l2=1e-3, dropout=0.4),
    replace(
        CNN,
        name="cnn_augmented",
        about="+ shear, zoom, flip",
        size=128,
        l2=1e-3,
        dropout=0.4,
        augmentation="reference",
    ),
    FROZEN,
    FINETUNED,
]
VGG16 = replace(FROZEN, name="vgg16", about="VGG16, frozen", family="vgg16")

MEANS = [
    ROBUST,
    replace(ROBUST, name="mild_augmentation", about="Shear, zoom and flip alone", augmentation="reference"),
    replace(ROBUST, name="wide_augmentation", about="Wider, with borders and uneven light", augmentation="wide"),
    replace(ROBUST, name="no_aspect_jitter", about="Strong, but never stretched", augmentation="unstretched"),
    replace(ROBUST, name="standardised", about="Each radiograph to mean 0, variance 1", standardise=True),
    replace(ROBUST, name="mixup", about="mixup", mix="mixup"),
    replace(ROBUST, name="cutmix", about="CutMix", mix="cutmix"),
    replace(ROBUST, name="two_way_head", about="Normal against pneumonia", classes=2),
    replace(ROBUST, name="no_averaging", about="Last weights instead of averaged ones", average=0.0),
    replace(ROBUST, name="larger_input", about="320 px a side instead of 224", size=320),
    replace(ROBUST, name="steady", about="Fined where shape, sharpness or file move a reading", steady=2.0),
    replace(
        ROBUST,
        name="taught",
        about="Targets from other networks' out-of-fold opinions, instead of smoothing",
        teacher=0.7,
        label_smoothing=0.0,
    ),
    replace(ROBUST, name="varied", about="One view in five as it is", augmentation="varied"),
    replace(ROBUST, name="halved", about="One view in two as it is", augmentation="halved"),
    replace(ROBUST, name="borrowed", about="With another radiograph's greys and spectrum", borrow=1),
    replace(ROBUST, name="steadier", about="Fined four times as much", steady=8.0),
]

COMBINED = [
    replace(
        ROBUST, name="steady_varied", about="Steady, one view in five as it is", augmentation="varied", steady=2.0
    ),
    replace(
        ROBUST, name="steady_halved", about="Steady, one view in two as it is", augmentation="halved", steady=2.0
    ),
    replace(
        ROBUST,
        name="steadier_halved",
        about="Fined four times, one view in two as it is",
        augmentation="halved",
        steady=8.0,
    ),
    replace(ROBUST, name="steady_wide", about="Steady, and wider", augmentation="wide", steady=2.0),
    replace(ROBUST, name="steady_borrowed", about="Steady, and borrowed", borrow=1, steady=2.0),
]

CANDIDATES = [*MEANS, *COMBINED]

SHIPPED = replace(
    ROBUST,
    name="shipped",
    about="Shipped",
    augmentation="halved",
    steady=4.0,
    epochs=24,  # of half the radiographs each, in two views
    frozen_to="block_2_add",  # edges and spots are the same in every picture
    members=2,
)

RECIPES = {recipe.name: recipe for recipe in [*LADDER, VGG16, *CANDIDATES, SHIPPED]}


def with_settings(recipe: Recipe, settings: list[str]) -> Recipe:
    """The recipe with settings changed, each written as ``epochs=2``.

    Raises:
        ValueError: a setting that no recipe has, or a value of the wrong kind.
    """
    changed = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in recipe.__dict__ or isinstance(getattr(recipe, name), bool):
            numbers = ", ".join(key for key, now in vars(recipe).items() if not isinstance(now, bool))
            raise ValueError(f"{setting}: expected NAME=VALUE with one of the names {numbers}.")
        changed[name] = type(getattr(recipe, name))(value)
    return replace(recipe, **changed)
