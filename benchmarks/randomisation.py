"""Measure whether the heat map loses its similarity as the network's layers are shuffled, from the top.

    python -m benchmarks.randomisation --data DIR

Prints the randomisation test (Adebayo et al. 2018) of the shipped network on validation pneumonias, as
``training.export`` writes it to the card.
"""

import argparse
from pathlib import Path

from model.network.card import ARTIFACT, load_card
from training import dataset
from training.checks.randomisation import randomisation_test


def main() -> None:
    """Print the test's stages."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.randomisation")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and test/")
    options = parser.parse_args()
    members = dataset.split(options.data)["validation"]
    measured = randomisation_test(ARTIFACT, options.data, members, load_card().heat_map.full_scale)
    print(f"{measured['radiographs']} radiographs, {measured['draws']} draws")
    print(f"{'shuffled':28} {'Spearman':>8} {'(95 %)':>16} {'(single draws)':>16} {'elsewhere':>9} {'SSIM':>6}")
    for stage in measured["stages"]:
        similarity = stage["spearman"]
        interval = f"{similarity['low']:.2f} to {similarity['high']:.2f}"
        single = f"{similarity['least']:.2f} to {similarity['most']:.2f}"
        print(
            f"{stage['shuffled']:28} {similarity['value']:8.2f} {interval:>16} {single:>16} "
            f"{stage['elsewhere']['value']:9.2f} {stage['ssim']['value']:6.2f}"
        )
    print("passed" if measured["passed"] else "not passed", f"at {measured['largest']}")


if __name__ == "__main__":
    main()
