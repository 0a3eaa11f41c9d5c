"""Pages that cannot be shown: the tables do not answer, or there is no such page."""

from contextlib import ExitStack

import pytest

from herald.domain.clock import HOUR
from tests.support.aws.aws_faults import Network
from tests.support.console.browser_requests import Browser
from tests.support.console.everything_once import PAGES
from tests.support.console.page_text import elements
from tests.support.factories import NOON, a_partner
from tests.support.functions.dispatcher import failed, registered, stands

STORY = f"/console/notifications/{failed(1, NOON - HOUR).id}"
UNKNOWN = ("/console/no-such-page", "/console/partners/3528/nothing", "/console/jobs/1/2", "/console/%3Cb%3Ebold")
SOME = {"those of keys": ("GetItem",), "those of lists": ("Query", "Scan", "BatchGetItem")}


@pytest.mark.parametrize("path", [*PAGES, STORY])
@pytest.mark.parametrize(
    "operations", [("GetItem", "Query", "Scan", "BatchGetItem"), *SOME.values()], ids=["all", *SOME]
)
def test_a_page_without_tables_says_so(
    operator: Browser, network: Network, path: str, operations: tuple[str, ...]
) -> None:
    registered(a_partner())
    stands(failed(1, NOON - HOUR))

    with ExitStack() as stack:
        for operation in operations:
            stack.enter_context(network.breaks(operation))
        page = operator.get(path)

    needs_it = "GetItem" in operations or path not in {STORY, "/console/search", "/console/sources/new"}
    assert page.status == (503 if needs_it else 200)
    assert ("Herald's tables do not answer now" in page.text) == needs_it
    assert elements(page.body, "html")[0]["lang"] == "en"


@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_path_has_a_page_that_says_so(operator: Browser, path: str) -> None:
    for page in (operator.get(path), operator.post(path)):
        assert page.status == 404
        assert "There is no such page" in page.text
        assert "Sign out" in page.text
        assert elements(page.body, "b") == []


@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_path_without_a_session_leads_to_the_sign_in_and_then_to_that_page(
    browser: Browser, path: str
) -> None:
    back = elements(browser.follow(browser.get(path)).body, "input")
    assert [field["value"] for field in back if field.get("name") == "back"][-1] == path

    browser.sign_in()

    assert browser.get(path).status == 404
