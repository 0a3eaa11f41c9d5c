"""The list of partners in the browser, and the registration of a new one."""

import pytest

from herald.domain.api_key import hash_of
from herald.domain.clock import HOUR
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Browser
from tests.support.console.page_text import actions, value_at, value_of
from tests.support.factories import NOON, a_partner
from tests.support.functions.dispatcher import failed, held, partners, registered, stands, stored_partner
from tests.support.functions.secrets import signing_secrets
from tests.support.request_counter import Meter

LIST, ONE = "/console/partners", "/console/partners/3528"
URL = "https://west-lake.example/notify"
NEW = {"partnerId": "3528", "name": "West Lake 旅行", "contact": "ops@west-lake.example", "url": URL, "ladder": ""}


# ── The list ──


def test_the_list_shows_how_partners_do(operator: Browser) -> None:
    registered(a_partner(3528, name="West Lake", alert_open=True), a_partner(3529, name="Harbour"))
    stands(*(failed(n, NOON - HOUR) for n in range(3)), held(7, NOON))

    text = operator.get(LIST).text

    assert "3528 West Lake active 3 failed 1 held alert open" in text
    assert "3529 Harbour active nothing failed, nothing held" in text


def test_the_list_is_searched_by_name_and_number(operator: Browser) -> None:
    registered(a_partner(1, name="West Lake"), a_partner(2, name="Harbour"))

    assert "Harbour" not in operator.get(f"{LIST}?name=LAKE").text
    assert "No partner has “\\u202ex”" in operator.get(f"{LIST}?name=%E2%80%AEx").text


def test_a_long_list_has_pages(operator: Browser) -> None:
    registered(*(a_partner(number, name=f"Partner-{number}") for number in range(1, 53)))

    first = operator.get(LIST)
    second = operator.get(f"{LIST}?cursor=50")

    assert "Partner-50 " in first.text
    assert "Partner-51 " not in first.text
    assert f'href="{LIST}?cursor=50"' in first.body
    assert "Partner-52 " in second.text
    assert len(first.body.encode()) < 60 * 1024


def test_a_list_of_many_partners_costs_few_requests(operator: Browser, aws: Aws) -> None:
    registered(*(a_partner(number) for number in range(1, 301)))
    stands(*(failed(n, NOON, partner_id=1 + n) for n in range(100)))
    meter = Meter(aws)

    operator.get(LIST)

    own = [(call.operation, call.resource) for call in meter.calls if call.resource not in {"KeyTable", "SessionTable"}]
    assert sorted(own) == [("Scan", "NotificationTable"), ("Scan", "PartnerTable")]


def test_a_strange_cursor_is_refused(operator: Browser) -> None:
    answer = operator.get(f"{LIST}?cursor=<b>")

    assert answer.status == 400
    assert "leave it out to begin again" in answer.text


# ── Registration ──


def test_a_registered_partner_shows_both_secrets_once(operator: Browser, aws: Aws) -> None:
    answer = operator.post(LIST, **NEW)

    secret, query_key = value_at(answer.body, "secret"), value_at(answer.body, "query-key")
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert signing_secrets(3528, NOON) == (secret,)
    assert stored_partner().query_keys == (hash_of(query_key),)
    assert (stored_partner().name, stored_partner().proposed_url, stored_partner().ladder) == (
        "West Lake 旅行",
        URL,
        None,
    )
    assert [entry.by for entry in stored_partner().history] == ["alice"]
    assert query_key not in str(aws.items("KeyTable"))
    assert not [one for one in (secret, query_key) if one in operator.get(ONE).body]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"partnerId": "35x"}, "`partnerId` must be a whole number greater than 0"),
        ({"partnerId": ""}, "`partnerId` must be a whole number greater than 0"),
        ({"name": ""}, "`name` must be 1 to 200 characters in one line"),
        ({"url": "http://west-lake.example"}, "`url`: "),
        ({"ladder": "3 minutes"}, "`ladder`: "),
    ],
)
def test_a_refused_registration_keeps_what_was_typed(operator: Browser, typed: dict[str, str], says: str) -> None:
    answer = operator.post(LIST, **{**NEW, **typed})

    assert answer.status == 400
    assert says in answer.text
    assert value_of(answer.body, "contact") == NEW["contact"]
    assert 'aria-invalid="true"' in answer.body
    assert [*partners().all()] == []


def test_a_number_that_is_taken_is_a_conflict(operator: Browser) -> None:
    registered(a_partner())

    answer = operator.post(LIST, **NEW)

    assert answer.status == 409
    assert "3528 is registered already" in answer.text
    assert value_of(answer.body, "name") == NEW["name"]


def test_the_form_for_a_new_partner_is_a_page(operator: Browser) -> None:
    assert actions(operator.get(f"{LIST}/new").body) == [LIST]
