"""Many failed notifications of one partner with the longest texts: pages, not one page.

Each page is a query with a limit, so that 10,000 are read as these are. AWS in memory takes minutes for 10,000.
"""

import pytest

from herald.domain.clock import HOUR
from herald.languages.reason import Reason
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Answer, Browser
from tests.support.console.page_text import elements
from tests.support.factories import NOON, PARTNER_ID, a_partner
from tests.support.functions.dispatcher import failed, registered, stands

COUNT = 95
LIST = f"/console/failed/{PARTNER_ID}"
LARGEST = 60 * 1024  # bytes
LONG = Reason("not_success.other", {"status": 200, "body": '"' * 200})


@pytest.fixture
def many(aws: Aws) -> None:  # noqa: ARG001 - the tables
    """They are in the table, with the longest reasons."""
    registered(a_partner(name="湖" * 200))
    stands(*(failed(n, NOON - HOUR + n, reason=LONG) for n in range(COUNT)))


def stories_on(page: Answer) -> list[str]:
    """The notifications to which the page leads."""
    return [link["href"] for link in elements(page.body, "a") if "/notifications/" in link["href"]]


@pytest.mark.usefixtures("many")
def test_they_come_by_small_pages(operator: Browser) -> None:
    following, seen = [LIST], list[str]()
    while following:
        page = operator.get(following[0])
        assert page.status == 200
        assert len(page.body.encode()) <= LARGEST
        assert "Failed (95)" in page.text
        seen += stories_on(page)
        following = [link["href"] for link in elements(page.body, "a") if link.get("rel") == "next"]

    assert len(seen) == len(set(seen)) == COUNT


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("path", ["/console", f"{LIST}/all", f"/console/search?partnerId={PARTNER_ID}"])
def test_other_pages_about_them_are_small_too(operator: Browser, path: str) -> None:
    page = operator.get(path)

    assert page.status == 200
    assert len(page.body.encode()) <= LARGEST
