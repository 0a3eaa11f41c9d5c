"""The browser, started once for all tests of the console."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tools.browser.chromium import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    with chromium() as started:
        yield started
