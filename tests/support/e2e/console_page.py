"""A person at the console of a deployed stack, in a real Chromium: clicks and keys, nothing else."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.support.console.rendered_page import DESK, accessibility_violations, wider_than_the_screen
from tests.support.e2e.stack_client import StackClient

PATIENCE = 60_000  # ms: a cold start on a busy machine


@dataclass
class ConsolePage:
    """One person's tab. Everything that a page loaded or logged, and where it came from, is noted."""

    stack_client: StackClient
    context: BrowserContext
    page: Page
    requested: list[str]
    errors: list[str]
    clicks: int = 0
    keystrokes: int = 0

    @property
    def url(self) -> str:
        """The address of the console."""
        return self.stack_client.stack.console_url

    def open(self, path: str = "") -> None:
        """Opens a page below `/console`, as from a bookmark."""
        self.page.goto(self.url + path)

    def sign_in(self, key: str, button: str = "Sign in") -> None:
        """Signs in with this key, from whatever page."""
        self.open("/sign-in")
        self.page.locator("#key").fill(key)
        self.page.get_by_role("button", name=button, exact=True).click()
        self.page.wait_for_url(self.url)

    def click(self, target: Locator) -> None:
        """Clicks, and counts it."""
        self.clicks += 1
        target.click()

    def type(self, target: Locator, text: str) -> None:
        """Types, and counts the keys."""
        self.keystrokes += len(text)
        target.fill(text)

    def link(self, name: Any, **more: Any) -> Locator:
        """The link with this text."""
        return self.page.get_by_role("link", name=name, **more)

    def button(self, name: Any, **more: Any) -> Locator:
        """The button with this text."""
        return self.page.get_by_role("button", name=name, **more)

    def check(self) -> None:
        """Fails where the page has a fault for those who use a screen reader, a phone, or nobody's scripts but ours."""
        assert accessibility_violations(self.page) == []
        assert not wider_than_the_screen(self.page)
        self.check_sources()

    def check_sources(self) -> None:
        """Everything came from the console, and nothing was refused or failed in the browser."""
        own = urlsplit(self.url).netloc
        assert {urlsplit(url).netloc for url in self.requested} <= {own}
        assert self.errors == []


def open_console(browser: Browser, stack_client: StackClient, locale: str = "en-GB", **options: Any) -> ConsolePage:
    """A tab of its own, with no session."""
    context = browser.new_context(
        locale=locale,
        timezone_id="Asia/Taipei",
        viewport=options.pop("viewport", DESK),
        **options,
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    requested: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    return ConsolePage(stack_client, context, page, requested, errors)
