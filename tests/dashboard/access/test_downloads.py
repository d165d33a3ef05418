"""A download is as open as its page: none is drawn by what several roles share."""

import ast
from pathlib import Path

import grimp
import pytest

from dashboard.access.roles import PERMITTED, Role
from dashboard.shared.navigation import AUDIT, HISTORY, MODEL_CARD, NODE, READ, THRESHOLDS, WORKLIST, Page

ROOT = Path(__file__).resolve().parents[3]
DOWNLOADS = {
    "dashboard.reports.downloads": {READ, WORKLIST},
    "dashboard.history.search_panel": {HISTORY},
    "dashboard.history.shadow.panel": {HISTORY},
    "dashboard.worklist.page": {WORKLIST},
    "dashboard.audit.page": {AUDIT},
    "dashboard.thresholds.page": {THRESHOLDS},
    "dashboard.thresholds.site_study.panel": {THRESHOLDS},
}
"""The modules that draw a download, and the pages that it is on."""
OF_PATIENTS = {READ, WORKLIST, HISTORY, NODE, AUDIT}


def calls(module: Path, name: str) -> list[ast.Call]:
    """Return the calls of a function in a module, by the last part of its name."""
    return [
        node
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == name
    ]


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def page_module(page: Page) -> str:
    return module_of(ROOT / "dashboard" / page.file)


def drawing() -> dict[str, Path]:
    """Return the modules that draw a download."""
    files = (ROOT / "dashboard").rglob("*.py")
    return {module_of(file): file for file in files if calls(file, "download_button")}


def test_every_download_is_known() -> None:
    assert drawing().keys() == DOWNLOADS.keys()


@pytest.mark.parametrize("module", DOWNLOADS)
def test_a_download_is_on_its_pages_alone(module: str) -> None:
    graph = grimp.build_graph("dashboard")
    pages = {page for pages in PERMITTED.values() for page in pages}
    found = {
        page
        for page in pages
        if page_module(page) == module or graph.chain_exists(importer=page_module(page), imported=module)
    }
    assert found == DOWNLOADS[module]


def test_no_download_of_a_patient_is_open_to_a_stakeholder() -> None:
    open_pages = set(PERMITTED[Role.STAKEHOLDER])
    assert not open_pages & OF_PATIENTS
    assert {module for module, pages in DOWNLOADS.items() if pages & open_pages} == {
        "dashboard.thresholds.page",
        "dashboard.thresholds.site_study.panel",
    }
    assert MODEL_CARD in open_pages


def test_every_download_is_recorded() -> None:
    assert [module for module, file in drawing().items() if not calls(file, "recorded")] == []


def test_nothing_on_the_page_node_changes_a_setting() -> None:
    widgets = ("button", "toggle", "checkbox", "text_input", "number_input", "selectbox", "form_submit_button")
    page = ROOT / "dashboard" / NODE.file
    assert not [name for name in widgets if calls(page, name)]
    assert [role for role, pages in PERMITTED.items() if NODE in pages] == [Role.ADMINISTRATOR]
