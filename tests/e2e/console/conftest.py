"""The browser, started once for the tests of the console."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.support.e2e.console_page import ConsolePage, open_console
from tests.support.e2e.stack_client import StackClient
from tools.browser.chromium import chromium


@pytest.fixture(scope="package")  # no longer: while it runs, no other test of the process can call `asyncio.run`
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    with chromium() as started:
        yield started


@pytest.fixture
def console(browser: Browser, stack_client: StackClient) -> Iterator[Callable[..., ConsolePage]]:
    """Opens the console in a tab of its own: `console(locale="zh-TW")`. Every tab is closed after the test."""
    opened: list[ConsolePage] = []

    def opening(**options: Any) -> ConsolePage:
        opened.append(open_console(browser, stack_client, **options))
        return opened[-1]

    yield opening
    for one in opened:
        one.context.close()
