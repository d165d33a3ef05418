"""Open the dashboard, score radiographs, or run a hospital's DICOM node, from any folder.

    lungfield run [--port 8501] [-- STREAMLIT OPTIONS]
    lungfield score PATH... [--out FILE] [--heatmaps DIR] [--format csv|jsonl|parquet] [--resume]
    lungfield node [run|status|retry|discard] [--config FILE]

``python -m dashboard`` is the same command without installing.
"""

import argparse
import sys
from pathlib import Path

APP = Path(__file__).resolve().parent / "app.py"


def run(options: list[str]) -> int:
    """Serve the dashboard until it is stopped; returns Streamlit's exit status."""
    # Imported here: scoring does not wait for Streamlit.
    from streamlit.web import cli

    parser = argparse.ArgumentParser(
        prog="lungfield run",
        usage="%(prog)s [-h] [--port PORT] [-- OPTION ...]",
        description="Open the dashboard in a browser. What follows -- is passed to streamlit run.",
        allow_abbrev=False,
    )
    parser.add_argument("--port", type=int, default=8501, help="where it listens on this machine")
    # The parser of the command has taken -- away where it came first.
    chosen, passed = parser.parse_known_args([option for option in options if option != "--"])
    arguments = ["run", str(APP), "--server.port", str(chosen.port), *passed]
    return int(cli.main(arguments, standalone_mode=False) or 0)


def score(options: list[str]) -> int:
    """Score files as ``python -m model.score`` does; returns its exit status."""
    from model import score as command

    return command.main(options)


def node(options: list[str]) -> int:
    """Run the DICOM node until it is stopped, or look after its spool; returns the exit status."""
    try:
        from dashboard.node import command
    except ModuleNotFoundError as problem:
        if problem.name != "pynetdicom":
            raise
        print("The DICOM node needs pynetdicom. Install it: pip install -r requirements-node.txt", file=sys.stderr)
        return 1
    return command.main(options)


COMMANDS = {"run": run, "score": score, "node": node}


def main(arguments: list[str] | None = None) -> int:
    """Run the command that the first argument names; returns the exit status."""
    parser = argparse.ArgumentParser(prog="lungfield", description="Pneumonia on children's chest X-rays.")
    parser.add_argument(
        "command",
        choices=COMMANDS,
        help="run opens the dashboard, score reads files to CSV, node receives and answers",
    )
    parser.add_argument("options", nargs=argparse.REMAINDER, help="see lungfield COMMAND --help")
    chosen = parser.parse_args(arguments)
    return COMMANDS[chosen.command](chosen.options)


if __name__ == "__main__":
    sys.exit(main())
