"""Measure how far the probability moves when a radiograph is stretched, recompressed, blurred or resized.

    python -m benchmarks.shortcuts --data DIR [--originals DIR] [--first FOLDER]

Prints the shipped artefact against the first, version 1.0.0, on the validation radiographs; the first's
figures are those of ``data/shortcuts.csv``, or measured anew from its artefact in ``--first``. With
``--originals``, a folder of radiographs as published: whether a file's size changes the reading.
"""

import argparse
from pathlib import Path

from model.network.card import ARTIFACT, load_card
from model.network.classifier import Classifier
from model.network.split_scores import DATA_FOLDER
from training import dataset
from training.checks import shortcuts

FIRST = "1.0.0"


def main() -> None:
    """Print the movements of both versions, and the ratio of their means."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shortcuts")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and test/")
    parser.add_argument("--originals", type=Path, help="folder with NORMAL/ and PNEUMONIA/ as published")
    parser.add_argument("--first", type=Path, help="folder with the artefact of version 1.0.0")
    options = parser.parse_args()
    members = dataset.split(options.data)["validation"]
    card = load_card()
    shipped = shortcuts.measure_movements(card, ARTIFACT, options.data, members)
    first = (
        shortcuts.measure_movements(load_card(options.first), options.first, options.data, members)
        if options.first
        else shortcuts.load_movements(DATA_FOLDER / shortcuts.TABLE)[FIRST]
    )
    print(f"{'mean |change of probability|':32} {FIRST:>8} {card.version:>8} {'ratio':>6}")
    for change, move in shipped.items():
        print_row(change, first[change]["mean_move"], move["mean_move"])
    print_row("all", shortcuts.mean_movement(first), shortcuts.mean_movement(shipped))
    if options.originals:
        print(shortcuts.measure_resolution(Classifier.load(), options.data, options.originals))


def print_row(name: str, first: float, shipped: float) -> None:
    print(f"{name:32} {first:8.4f} {shipped:8.4f} {shipped / first:6.2f}")


if __name__ == "__main__":
    main()
