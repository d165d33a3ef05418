"""The door, with a real OpenID Connect provider on this machine."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import APP, free_port, served
from tests.browser.test_accessibility import scan
from tests.pictures import chest, png

SECONDS = 30_000
PEOPLE = (
    User(sub="rita", claims={"name": "Rita Reader", "roles": ["reader"]}),
    User(sub="stan", claims={"name": "Stan Stakeholder", "roles": ["stakeholder"]}),
    User(sub="nora", claims={"name": "Nora Nobody"}),
    User(sub="ada", claims={"name": "Ada Administrator", "roles": ["administrator"]}),
)
IDLE_SECONDS = 8


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """Yield a page that may ask the provider, whose own pages want a style sheet from elsewhere."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.route("https://**", lambda route: route.abort())
    yield context.new_page()
    context.close()


@contextmanager
def guarded(folder: Path, idle_minutes: float) -> Iterator[str]:
    """Yield where a dashboard is served that asks for a login and ends it after idling."""
    port = free_port()
    with run_server_in_thread(user_claims=PEOPLE) as provider:
        (folder / ".streamlit").mkdir()
        (folder / ".streamlit" / "secrets.toml").write_text(
            f"""
            [auth]
            redirect_uri = "http://localhost:{port}/oauth2callback"
            cookie_secret = "a secret for this test that is long enough"
            client_id = "lungfield"
            client_secret = "another"
            server_metadata_url = "http://localhost:{provider.server_port}/.well-known/openid-configuration"
            client_kwargs = {{ scope = "openid profile roles" }}

            [access]
            idle_minutes = {idle_minutes}
            """
        )
        with served(APP, folder, port) as url:
            yield url


@pytest.fixture(scope="module")
def guarded_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a dashboard is served that asks for a login."""
    with guarded(tmp_path_factory.mktemp("guarded"), 30) as url:
        yield url


@pytest.fixture(scope="module")
def impatient_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a dashboard is served that ends a login after ``IDLE_SECONDS``."""
    with guarded(tmp_path_factory.mktemp("impatient"), IDLE_SECONDS / 60) as url:
        yield url


def log_in(visitor: Page, url: str, who: str) -> None:
    """Log in with the provider as one of ``PEOPLE``."""
    visitor.goto(url)
    visitor.get_by_role("button", name="Log in").click()
    visitor.locator("input[name=sub]").fill(who, timeout=SECONDS)
    visitor.get_by_role("button", name="Authorize").click()


def test_nothing_is_shown_until_somebody_logs_in(visitor: Page, guarded_url: str) -> None:
    for address in ("", "/history", "/worklist"):
        visitor.goto(guarded_url + address)
        expect(visitor.get_by_role("button", name="Log in")).to_be_visible(timeout=SECONDS)
        expect(visitor.locator("input[type=file]")).to_have_count(0)
        expect(visitor.get_by_role("link", name="History")).to_have_count(0)


def log_out(visitor: Page) -> None:
    """Log out, with the provider too."""
    visitor.get_by_role("button", name="Log out").click()
    visitor.get_by_role("button", name="End session").click(timeout=SECONDS)
    expect(visitor.get_by_role("button", name="Log in")).to_be_visible(timeout=SECONDS)


def test_a_reader_reads_and_is_logged_out_after_idling(visitor: Page, impatient_url: str) -> None:
    log_in(visitor, impatient_url, "rita")
    expect(visitor.get_by_text("Rita Reader (reader)")).to_be_visible(timeout=SECONDS)
    expect(visitor.locator("input[type=file]")).to_be_attached(timeout=SECONDS)
    # Nobody does anything: what was read does not stay on the screen, and the provider ends its session too.
    visitor.get_by_role("button", name="End session").click(timeout=60_000)
    expect(visitor.get_by_role("button", name="Log in")).to_be_visible(timeout=SECONDS)
    expect(visitor.locator("input[type=file]")).to_have_count(0)


def test_one_tab_keeps_another_open_and_a_new_one_after_idling_asks_for_a_login(
    visitor: Page, impatient_url: str
) -> None:
    log_in(visitor, impatient_url, "rita")
    expect(visitor.locator("input[type=file]")).to_be_attached(timeout=SECONDS)
    other = visitor.context.new_page()
    other.goto(f"{impatient_url}/compare")
    expect(other.get_by_text("Rita Reader (reader)")).to_be_visible(timeout=SECONDS)
    # The watch of the idle tab looks every 20 seconds.
    for _ in range(int(25 / (IDLE_SECONDS / 4))):
        other.wait_for_timeout(1000 * IDLE_SECONDS / 4)
        other.keyboard.press("r")
    expect(visitor.get_by_text("Rita Reader (reader)")).to_be_visible()
    for tab in (visitor, other):
        tab.goto("about:blank")
    other.wait_for_timeout(1000 * (IDLE_SECONDS + 1))
    late = visitor.context.new_page()
    late.goto(impatient_url)
    late.get_by_role("button", name="End session").click(timeout=SECONDS)
    expect(late.get_by_role("button", name="Log in")).to_be_visible(timeout=SECONDS)


def test_who_logs_out_is_out_in_every_tab(visitor: Page, guarded_url: str) -> None:
    log_in(visitor, guarded_url, "rita")
    expect(visitor.locator("input[type=file]")).to_be_attached(timeout=SECONDS)
    other = visitor.context.new_page()
    other.goto(f"{guarded_url}/compare")
    expect(other.get_by_text("Rita Reader (reader)")).to_be_visible(timeout=SECONDS)
    log_out(visitor)
    other.keyboard.press("r")
    expect(other.get_by_text("Rita Reader (reader)")).to_have_count(0, timeout=SECONDS)


def test_a_stakeholder_comes_to_thresholds_and_no_further(visitor: Page, guarded_url: str) -> None:
    log_in(visitor, guarded_url, "stan")
    expect(visitor.get_by_test_id("threshold")).to_be_visible(timeout=SECONDS)
    expect(visitor.get_by_role("link", name="Worklist")).to_have_count(0)
    visitor.goto(f"{guarded_url}/history")
    expect(visitor.get_by_text("“History” is open to: reader, administrator.")).to_be_visible(timeout=SECONDS)
    log_out(visitor)


def test_a_login_without_a_role_sees_nothing(visitor: Page, guarded_url: str) -> None:
    log_in(visitor, guarded_url, "nora")
    expect(visitor.get_by_text("Expected a login with a role")).to_be_visible(timeout=SECONDS)
    expect(visitor.locator("input[type=file]")).to_have_count(0)


def test_an_administrator_sees_who_did_what_and_no_file(visitor: Page, guarded_url: str) -> None:
    log_in(visitor, guarded_url, "rita")
    visitor.locator("input[type=file]").first.set_input_files(
        {"name": "Jane Doe 2021.png", "mimeType": "image/png", "buffer": png(chest())}, timeout=SECONDS
    )
    visitor.get_by_role("button", name="Show anyway").click(timeout=SECONDS)
    expect(visitor.get_by_role("button", name="PDF report")).to_be_visible(timeout=SECONDS)
    with visitor.expect_download(timeout=SECONDS):
        visitor.get_by_role("button", name="PDF report").click()
    visitor.goto(f"{guarded_url}/audit")
    expect(visitor.get_by_text("“Audit” is open to: administrator.")).to_be_visible(timeout=SECONDS)
    log_out(visitor)
    log_in(visitor, guarded_url, "ada")
    visitor.get_by_role("link", name="Audit").click(timeout=SECONDS)
    expect(visitor.get_by_test_id("audit-count")).to_be_visible(timeout=SECONDS)
    with visitor.expect_download(timeout=SECONDS) as download:
        visitor.get_by_role("button", name="Download these actions").click()
    text = download.value.path().read_text("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["name"] in ("Rita Reader", "Ada Administrator")]
    last = [(row["login"], row["action"], row["what"]) for row in reversed(rows)][-7:]
    assert last == [
        ("rita", "logged in", ""),
        ("rita", "read", ""),
        ("rita", "downloaded", "PDF report"),
        ("rita", "was refused", "page: Audit"),
        ("rita", "logged out", ""),
        ("ada", "logged in", ""),
        ("ada", "downloaded", "audit (CSV)"),
    ]
    assert "Jane" not in text
    scan(visitor)
