"""The browser, started once for all tests of the console."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.integration.conftest import aws, network  # noqa: F401 - fixtures, for the console behind a server
from tests.support.aws.aws_stack import Aws
from tests.support.console.console_server import ConsoleServer, running_console
from tests.support.console.oidc_provider import OidcProvider, provider_of_the_stack
from tests.support.console.page_checks import EachPage, EachPageWithHostileOnes
from tools.browser.chromium import FOLDER, chromium


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs the tests of `EachPage` for each page of the class."""
    if metafunc.cls is None or not issubclass(metafunc.cls, EachPage):
        return
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", metafunc.cls.PAGES)
    if "hostile_name" in metafunc.fixturenames and issubclass(metafunc.cls, EachPageWithHostileOnes):
        metafunc.parametrize("hostile_name", metafunc.cls.HOSTILE)


@pytest.fixture(scope="session", autouse=True)
def _installed() -> None:
    """Skips the tests where neither the browser nor the checkers are installed; `make test` installs them."""
    if not FOLDER.is_dir():
        pytest.skip("no browser: `make browser` installs it")


@pytest.fixture(scope="package")  # no longer: while it runs, no other test of the process can call `asyncio.run`
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    with chromium() as started:
        yield started


@pytest.fixture
def provider(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[OidcProvider]:  # noqa: ARG001, F811 - the environment; the fixture above
    with provider_of_the_stack(monkeypatch) as provider:
        yield provider


@pytest.fixture
def console(provider: OidcProvider) -> Iterator[ConsoleServer]:  # noqa: ARG001 - people sign in there
    with running_console() as console:
        yield console


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    with browser.new_context(java_script_enabled=request.param) as context:
        yield context
