"""Print every figure of speed in one table, each beside the reference that was measured in the same run.

    python -m benchmarks.table [reading page explorer archive | --write]

``--write`` puts the table into ``benchmarks/README.md``, which says what each figure means.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from benchmarks import archive, explorer, page, reading
from benchmarks.figure import Figure, table
from benchmarks.scaling import made_on
from training.figures import inserted

DOCUMENT = Path(__file__).with_name("README.md")
PARTS: dict[str, Callable[[], list[Figure]]] = {
    "reading": reading.figures,
    "page": page.figures,
    "explorer": explorer.figures,
    "archive": archive.figures,
}


def main() -> None:
    """Measure the parts that are asked for, and print their table."""
    parser = argparse.ArgumentParser(description="Measure speed, each figure beside a reference.")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; by default all")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    options = parser.parse_args()
    if options.write and options.parts:
        parser.error("expected --write without parts: the document holds the whole table")
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"expected parts among {', '.join(PARTS)}; received {', '.join(sorted(unknown))}")
    found = [figure for name in options.parts or PARTS for figure in PARTS[name]()]
    printed = f"{table(found)}\n\n{made_on()}"
    print(printed)
    if options.write:
        DOCUMENT.write_text(inserted(DOCUMENT.read_text(), {"figures": printed}, "benchmarks.table"))


if __name__ == "__main__":
    main()
