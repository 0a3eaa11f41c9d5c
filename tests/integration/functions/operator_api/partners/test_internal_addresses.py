"""Internal addresses in the registry: marked, refused, reviewed and tested by the operators' API."""

from typing import Any

import pytest

from herald.domain.attempt import Outcome
from herald.webhook.client import WebhookClient
from operator_api import app as operator_app
from tests.support.factories import a_partner, an_outcome
from tests.support.functions.dispatcher import registered, stored_partner
from tests.support.http.gateway import Gateway

WHY = {"reason": "asked for it"}
URL, OTHER, PUBLIC = "http://10.1.2.3/notify", "http://shop.internal:8080/notify", "https://west-lake.example/notify"
NEW = {"partnerId": 3528, "name": "Our shop", "url": URL, "internal": True}

api = Gateway(operator_app.handler, "OperatorFunction")
pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERNAL_CIDRS", "10.1.0.0/16")


def marks(partner: dict[str, Any]) -> tuple[Any, ...]:
    return partner["url"], partner["internal"], partner["proposedUrl"], partner["proposedInternal"]


@pytest.mark.usefixtures("ranges")
def test_an_internal_address_is_reviewed_as_every_other_one() -> None:
    created = api.done("POST", "/partners", NEW)
    assert marks(created) == (None, False, URL, True)
    assert created["history"][-1]["what"] == f"url: {URL}; internal: true"
    assert "has not passed a test" in api.refused(409, "POST", "/partners/3528/approve", WHY)
    approved = api.done("POST", "/partners/3528/approve", {**WHY, "force": True})
    assert marks(approved) == (URL, True, None, True)


@pytest.mark.usefixtures("ranges")
def test_a_changed_mark_is_proposed() -> None:
    registered(a_partner(url=PUBLIC))
    changed = api.done("PATCH", "/partners/3528", {**WHY, "internal": True})
    assert marks(changed) == (PUBLIC, False, PUBLIC, True)
    assert (changed["state"], changed["history"][-1]["what"]) == ("active", "internal: true")
    moved = api.done("PATCH", "/partners/3528", {**WHY, "url": OTHER})
    assert marks(moved) == (PUBLIC, False, OTHER, True)
    back = api.done("PATCH", "/partners/3528", {**WHY, "url": None})
    assert marks(back) == (PUBLIC, False, None, False)


@pytest.mark.usefixtures("ranges")
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"internal": None}, "`internal` must be true or false"),
        ({"internal": "true"}, "`internal` must be true or false"),
        ({"url": "http://10.2.0.1/", "internal": True}, "`url`: the address 10.2.0.1 is in none of the ranges of"),
        ({"url": "http://169.254.169.254/", "internal": True}, "`url`: the address 169.254.169.254 is in none"),
        ({"url": "http://8.8.8.8/", "internal": True}, "`url`: the address 8.8.8.8 is in none"),
        ({"url": "ftp://10.1.2.3/", "internal": True}, "`url`: the address must begin with https:// or http://"),
        ({"url": URL}, "`url`: the address must begin with https://"),
        ({"url": URL, "internal": False}, "`url`: the address must begin with https://"),
        ({"url": "https://10.1.2.3/"}, "`url`: the address 10.1.2.3 is not a public one, but a private one"),
        ({"url": "https://shop.internal/"}, "is for names inside one network"),
    ],
)
def test_an_address_that_contradicts_its_mark_is_refused(change: dict[str, Any], says: str) -> None:
    registered(a_partner(url=PUBLIC))
    assert says in api.refused(400, "PATCH", "/partners/3528", {**WHY, **change})
    assert stored_partner() == a_partner(url=PUBLIC)


@pytest.mark.usefixtures("ranges")
def test_a_mark_that_contradicts_the_address_is_refused() -> None:
    internal = a_partner(url=URL, internal=True, proposed_internal=True)
    registered(internal)
    refusal = api.refused(400, "PATCH", "/partners/3528", {**WHY, "internal": False})
    assert refusal == "`url`: the address must begin with https://"
    assert stored_partner() == internal


@pytest.mark.parametrize("url", [{"url": URL}, {}])
def test_without_ranges_nothing_is_internal(url: dict[str, str]) -> None:
    says = "`internal`: the address is marked as internal, but the parameter InternalCidrs is empty"
    assert api.refused(400, "POST", "/partners", {"partnerId": 7, "name": "x", "internal": True, **url}) == says
    registered(a_partner(url=PUBLIC))
    assert api.refused(400, "PATCH", "/partners/3528", {**WHY, "internal": True, **url}) == says
    assert api.refused(404, "GET", "/partners/7")


@pytest.mark.usefixtures("ranges")
@pytest.mark.parametrize(("which", "internal"), [("proposed", True), ("approved", False)])
def test_a_test_is_made_with_the_mark_of_its_address(
    monkeypatch: pytest.MonkeyPatch, which: str, *, internal: bool
) -> None:
    marked: list[object] = []

    async def post(_: WebhookClient, *__: object, **options: object) -> Outcome:
        marked.append(options["internal"])
        return an_outcome(success=True)

    monkeypatch.setattr(WebhookClient, "post", post)
    registered(a_partner(url=PUBLIC, proposed_url=URL, proposed_internal=True))
    assert api.done("POST", "/partners/3528/test", {"which": which})["internal"] is internal
    assert marked == [internal]


@pytest.mark.usefixtures("ranges")
@pytest.mark.parametrize(
    ("url", "internal", "code"),
    [
        ("http://10.2.0.1/", True, "forbidden_address.outside_ranges"),
        ("http://localhost:9/", True, "forbidden_address.name_outside_ranges"),
        ("http://10.1.2.3/", False, "forbidden_address.not_https"),
    ],
)
def test_a_test_reaches_no_address_that_a_notification_may_not(url: str, code: str, *, internal: bool) -> None:
    """Also where an older version, or other ranges, let the address be proposed."""
    registered(a_partner(proposed_url=url, proposed_internal=internal))
    attempt = api.done("POST", "/partners/3528/test", {})
    assert (attempt["verdict"], attempt["reasonCode"], attempt["address"]) == ("forbidden_address", code, None)
