"""The address that `make up` prints, in a browser: the name is found, and styles, module and cookie are accepted."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.support.e2e.console_page import PATIENCE, ConsolePage


def test_a_person_signs_in_at_the_printed_address(console: Callable[..., ConsolePage]) -> None:
    tab = console()
    tab.open()
    expect(tab.page).to_have_url(f"{tab.url}/sign-in?back=%2Fconsole")

    tab.page.get_by_label("Your key").fill(tab.stack_client.stack.keys["operator"])
    tab.button("Sign in").click()

    expect(tab.page).to_have_url(tab.url, timeout=PATIENCE)
    expect(tab.page.get_by_text("local (operator)")).to_be_visible(timeout=PATIENCE)
    assert {kind(path) for path in tab.requested} >= {"css", "js"}
    assert [error for error in tab.errors if "Security Policy" in error] == []


def kind(path: str) -> str:
    """What stands behind the last dot of an address."""
    return path.rpartition(".")[2]
