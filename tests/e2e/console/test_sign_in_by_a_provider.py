"""A stack at which people sign in by a provider: its parameters, its network and its layers, in a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.console.oidc_provider import CLIENT_ID, OidcProvider, running_provider
from tests.support.e2e.console_page import PATIENCE
from tools.local_engine.engine import Engine
from tools.local_stack.deploying import deploy
from tools.local_stack.stack import Stack


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def stack(engine: Engine, provider: OidcProvider) -> Stack:
    """A stack beside the shared one."""
    parameters = {"OidcIssuer": provider.issuer, "OidcClientId": CLIENT_ID, "OidcViewerValue": "客服 desk"}
    return deploy(engine, "herald-provider", parameters)


@pytest.mark.parametrize(("value", "role"), [("herald-operator", "operator"), ("客服 desk", "viewer")])
def test_a_person_signs_in_by_the_provider(
    browser: Browser, stack: Stack, provider: OidcProvider, value: str, role: str
) -> None:
    provider.has_page = True
    provider.claims["roles"] = ["other", value]
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(stack.console_url + "/keys")
        page.get_by_role("link", name="Sign in at 127.0.0.1").click(timeout=PATIENCE)
        page.get_by_role("link", name="Continue").click(timeout=PATIENCE)

        # The page between the provider and this one has the name too: the address comes first.
        expect(page).to_have_url(stack.console_url + "/keys", timeout=PATIENCE)
        expect(page.get_by_text(f"王小明 ({role})")).to_be_visible(timeout=PATIENCE)
        assert [(cookie["name"], cookie["sameSite"]) for cookie in context.cookies()] == [("herald", "Strict")]
