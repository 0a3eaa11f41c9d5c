"""Signing in by a provider of another site, in the browser: which cookies it sends, and where people arrive."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.support.aws.aws_stack import Aws
from tests.support.console.console_server import ConsoleServer
from tests.support.console.oidc_provider import OidcProvider

PAGE = "/console/no-such-page"  # whatever the page: its header has the person's name


@pytest.mark.parametrize("has_page", [True, False], ids=["with a page", "signed in there already"])
def test_the_provider_leads_to_the_page_that_was_asked_for(
    context: BrowserContext, console: ConsoleServer, provider: OidcProvider, *, has_page: bool
) -> None:
    """Where the provider has a page, the way back begins there, so a redirect would go without the session's cookie."""
    provider.has_page = has_page
    page = context.new_page()
    page.goto(console.origin + PAGE + "?from=a%26b")
    page.get_by_role("link", name="Sign in at 127.0.0.1").click()
    if has_page:
        page.get_by_role("link", name="Continue").click()
    page.wait_for_url(console.origin + PAGE + "?from=a%26b")

    expect(page.get_by_text("王小明 (operator)")).to_be_visible()
    assert provider.requests["/authorize"] == 1
    [came_back] = [headers for route, headers in console.requests if route == "GET /console/sign-in/callback"]
    assert came_back["sec-fetch-site"] == "cross-site"
    assert console.requests[-1][1]["sec-fetch-site"] == "same-origin"
    assert [(cookie["name"], cookie["sameSite"], cookie["httpOnly"]) for cookie in context.cookies()] == [
        ("herald", "Strict", True)
    ]


def test_signing_out_needs_a_click_to_come_in_again(
    context: BrowserContext, console: ConsoleServer, provider: OidcProvider
) -> None:
    page = context.new_page()
    page.goto(console.origin + PAGE)
    page.get_by_role("link", name="Sign in at 127.0.0.1").click()
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert context.cookies() == []
    assert provider.requests["/authorize"] == 1


def test_the_providers_error_is_text_on_the_page(
    context: BrowserContext, console: ConsoleServer, provider: OidcProvider
) -> None:
    provider.error = {"error": "access_denied", "error_description": "<img src=x onerror=alert(1)>"}
    page = context.new_page()
    page.goto(console.origin + PAGE)
    page.get_by_role("link", name="Sign in at 127.0.0.1").click()

    expect(page.get_by_role("alert")).to_contain_text("access_denied: <img src=x onerror=alert(1)>")
    assert page.locator("img").count() == 0
    provider.error = {}
    page.get_by_role("link", name="Sign in with another account").click()
    expect(page).to_have_url(console.origin + PAGE)
    expect(page.get_by_text("王小明 (operator)")).to_be_visible()


def test_what_was_typed_when_the_session_ended_is_kept_in_its_tab(
    aws: Aws, context: BrowserContext, console: ConsoleServer
) -> None:
    page = context.new_page()
    page.goto(console.origin + PAGE)
    page.get_by_role("link", name="Sign in at 127.0.0.1").click()
    expect(page).to_have_url(console.origin + PAGE)
    aws.empty("SessionTable")
    page.route(console.origin + "/console/form", lambda route: route.fulfill(body=FORM, content_type="text/html"))
    page.goto(console.origin + "/console/form")
    page.get_by_role("button").click()

    with context.expect_page() as opened:
        page.get_by_role("link", name="Sign in at 127.0.0.1, in another tab").click()
    expect(opened.value.get_by_text("Close this tab")).to_be_visible()
    opened.value.close()
    page.get_by_role("button", name="I am signed in").click()

    expect(page.get_by_text("<b>repaired</b>")).to_be_visible()
    expect(page.get_by_role("button", name="Send it now")).to_be_visible()


# As the page shows it that answers a form whose session has ended; no form of the console has to exist for it.
FORM = """<!DOCTYPE html><form method="post" action="/console/sign-in">
<input name="back" value="/console/partners/3528/suspend"><input name="interrupted" value="true">
<input name="reason" value="&lt;b&gt;repaired&lt;/b&gt;"><button>Send</button></form>"""
