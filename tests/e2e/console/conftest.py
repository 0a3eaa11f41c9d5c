"""The browser, started once for all tests of the console."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tools.browser.chromium import FOLDER, chromium


@pytest.fixture(scope="session", autouse=True)
def _installed() -> None:
    """Skips the tests where neither the browser nor the checkers are installed."""
    if not FOLDER.is_dir():
        pytest.skip("no browser: `make browser` installs it")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    with chromium() as started:
        yield started
