"""What import-linter cannot hold: TensorFlow waits until it is asked for, and no page names another machine."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

HEAVY = {"tensorflow", "keras"}
HEAVY_HOME = "model/network/engine.py"
"""The reference engine alone runs on TensorFlow, and imports it only when it is asked to."""

SERVED = ("dashboard", "assets", ".streamlit")
UNFETCHED_HOSTS = {
    *("localhost", "127.0.0.1", "www.w3.org", "doi.org", "creativecommons.org"),
    *("archive.example", "ehr.example", "hl7.org"),
    *("loinc.org", "snomed.info", "unitsofmeasure.org", "dicom.nema.org", "terminology.hl7.org"),
}
"""This machine, an example, what names XML's spaces and FHIR's codes, and what a page cites: nothing is fetched."""

# With a scheme anywhere; without one only where it begins a string or a CSS url(): elsewhere // is a comment.
_ADDRESS = re.compile(r"""(?:\b(?:https?|wss?):|(?<=["'`(]))//([\w.-]+)""")


def heavy_imports(root: Path) -> list[str]:
    """Return the imports of TensorFlow or Keras in ``model`` that are not inside a function of its engine."""
    return [
        f"{file.relative_to(root).as_posix()}:{node.lineno} imports {name}"
        for file in sorted((root / "model").rglob("*.py"))
        for node, deferred in statements(ast.parse(file.read_text()), deferred=False)
        for name in imported(node) & HEAVY
        if not (deferred and file == root / HEAVY_HOME)
    ]


def statements(parent: ast.AST, *, deferred: bool) -> Iterator[tuple[ast.stmt, bool]]:
    """Yield every statement below ``parent``, and whether a function holds it."""
    for child in ast.iter_child_nodes(parent):
        if isinstance(child, ast.stmt):
            yield child, deferred
        yield from statements(child, deferred=deferred or isinstance(child, ast.FunctionDef))


def imported(node: ast.stmt) -> set[str]:
    """Return the top-level packages that a statement imports."""
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    return {node.module.split(".")[0]} if isinstance(node, ast.ImportFrom) and node.module else set()


def foreign_addresses(root: Path) -> list[str]:
    """Addresses of other machines in the text files that are served to a browser."""
    found = []
    for file in sorted(file for folder in SERVED for file in (root / folder).rglob("*") if file.is_file()):
        hosts = _ADDRESS.findall(file.read_bytes().decode(errors="ignore")) if is_text(file) else []
        found += [f"{file.relative_to(root).as_posix()}: {h}" for h in hosts if h not in UNFETCHED_HOSTS]
    return found


def is_text(file: Path) -> bool:
    return file.suffix in {".py", ".js", ".mjs", ".css", ".html", ".svg", ".json", ".toml", ".md"}


def test_the_instrument_loads_tensorflow_only_on_demand() -> None:
    assert heavy_imports(ROOT) == []


def test_no_page_names_another_machine() -> None:
    assert foreign_addresses(ROOT) == []


# The rules themselves, in a house built to break them.


def build(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def test_a_heavy_import_is_found_outside_the_engines_functions(tmp_path: Path) -> None:
    within = "def run():\n    import tensorflow\n    from keras import ops"
    build(
        tmp_path,
        {
            "model/network/engine.py": f"{within}\nclass Reference:\n    import keras",
            "model/network/classifier.py": within,
        },
    )
    assert heavy_imports(tmp_path) == [
        "model/network/classifier.py:2 imports tensorflow",
        "model/network/classifier.py:3 imports keras",
        "model/network/engine.py:5 imports keras",
    ]


@pytest.mark.parametrize(
    ("file", "text", "host"),
    [
        ("dashboard/a.css", "@import url(//fonts.googleapis.com/css2?family=Inter)", "fonts.googleapis.com"),
        ("dashboard/c/a.js", "import x from 'https://cdn.jsdelivr.net/npm/x'", "cdn.jsdelivr.net"),
        ("dashboard/c/b.js", 'new WebSocket("wss://live.example.com")', "live.example.com"),
        ("assets/logo.svg", '<image href="http://images.example.org/x.png"/>', "images.example.org"),
        (".streamlit/config.toml", 'font = "Inter:https://rsms.me/inter/inter.css"', "rsms.me"),
    ],
)
def test_another_machines_address_is_found(tmp_path: Path, file: str, text: str, host: str) -> None:
    build(tmp_path, {file: text})
    assert foreign_addresses(tmp_path) == [f"{file}: {host}"]


def test_addresses_that_nobody_fetches_are_fine(tmp_path: Path) -> None:
    text = '// a comment\nconst SVG = "http://www.w3.org/2000/svg", HOME = "http://localhost:8501"; // see doc'
    build(tmp_path, {"dashboard/a.js": text, "dashboard/b.py": '"""https://doi.org/10.17632/rscbjbr9sj.3"""'})
    assert foreign_addresses(tmp_path) == []
