"""A link of another site, such as a mail in the browser, leads to the page whoever is signed in."""

from urllib.parse import quote

from playwright.sync_api import BrowserContext, Page, expect

from tests.support.console.console_server import ConsoleServer
from tests.support.console.oidc_provider import OidcProvider

PATH = "/console/no-such-page?from=a%26b"


def follow_link(context: BrowserContext, console: ConsoleServer, provider: OidcProvider) -> Page:
    """A page of another site, after a click on its link."""
    page = context.new_page()
    page.route(
        "http://127.0.0.1:*/mail",
        lambda route: route.fulfill(
            body=f'<!DOCTYPE html><a href="{console.origin}{PATH}">Look</a>', content_type="text/html"
        ),
    )
    page.goto(provider.issuer + "/mail")
    page.get_by_role("link").click()
    return page


def test_who_is_signed_in_arrives(context: BrowserContext, console: ConsoleServer, provider: OidcProvider) -> None:
    page = context.new_page()
    page.goto(console.origin + "/console/no-such-page")
    page.get_by_role("link", name="Sign in at 127.0.0.1").click()
    expect(page).to_have_url(console.origin + "/console/no-such-page")

    arrived = follow_link(context, console, provider)

    expect(arrived.get_by_text("王小明 (operator)")).to_be_visible()
    expect(arrived).to_have_url(console.origin + PATH)


def test_who_is_not_signed_in_comes_to_the_sign_in_and_from_there_to_the_page(
    context: BrowserContext, console: ConsoleServer, provider: OidcProvider
) -> None:
    arrived = follow_link(context, console, provider)

    expect(arrived).to_have_url(f"{console.origin}/console/sign-in?back={quote(PATH, safe='')}")
