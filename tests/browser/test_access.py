"""The door, with a real OpenID Connect provider on this machine."""

from collections.abc import Iterator

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import APP, free_port, served

SECONDS = 30_000
PEOPLE = (
    User(sub="rita", claims={"name": "Rita Reader", "roles": ["reader"]}),
    User(sub="stan", claims={"name": "Stan Stakeholder", "roles": ["stakeholder"]}),
    User(sub="nora", claims={"name": "Nora Nobody"}),
)
IDLE_SECONDS = 6


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """Yield a page that may ask the provider, whose own pages want a style sheet from elsewhere."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.route("https://**", lambda route: route.abort())
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def guarded_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a dashboard is served that asks for a login."""
    folder, port = tmp_path_factory.mktemp("guarded"), free_port()
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
            idle_minutes = {IDLE_SECONDS / 60}
            """
        )
        with served(APP, folder, port) as url:
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


def test_a_reader_reads_and_is_logged_out_after_idling(visitor: Page, guarded_url: str) -> None:
    log_in(visitor, guarded_url, "rita")
    expect(visitor.get_by_text("Rita Reader (reader)")).to_be_visible(timeout=SECONDS)
    expect(visitor.locator("input[type=file]")).to_be_attached(timeout=SECONDS)
    # Nobody does anything: what was read does not stay on the screen, and the provider ends its session too.
    visitor.get_by_role("button", name="End session").click(timeout=60_000)
    expect(visitor.get_by_role("button", name="Log in")).to_be_visible(timeout=SECONDS)
    expect(visitor.locator("input[type=file]")).to_have_count(0)


def test_a_stakeholder_comes_to_thresholds_and_no_further(visitor: Page, guarded_url: str) -> None:
    log_in(visitor, guarded_url, "stan")
    expect(visitor.get_by_test_id("threshold")).to_be_visible(timeout=SECONDS)
    expect(visitor.get_by_role("link", name="Worklist")).to_have_count(0)
    visitor.goto(f"{guarded_url}/history")
    expect(visitor.get_by_text("“History” is open to: reader, administrator.")).to_be_visible(timeout=SECONDS)
    visitor.get_by_role("button", name="Log out").click()
    visitor.get_by_role("button", name="End session").click(timeout=SECONDS)
    expect(visitor.get_by_role("button", name="Log in")).to_be_visible(timeout=SECONDS)


def test_a_login_without_a_role_sees_nothing(visitor: Page, guarded_url: str) -> None:
    log_in(visitor, guarded_url, "nora")
    expect(visitor.get_by_text("Expected a login with a role")).to_be_visible(timeout=SECONDS)
    expect(visitor.locator("input[type=file]")).to_have_count(0)
