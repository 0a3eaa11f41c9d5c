"""The keys in the browser: listed, made and shown once, revoked."""

import pytest

from customer_service.dependencies import keys
from herald.domain.api_key import IssuedKey, Key, Role, hash_of, new_key
from herald.domain.clock import now
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Browser
from tests.support.console.page_text import actions, elements, value_at, value_of
from tests.support.factories import a_partner
from tests.support.functions.dispatcher import registered
from tests.support.request_counter import Meter

LIST = "/console/keys"
NEW = {"role": "publisher", "name": "checkout", "partners": "", "expires": "", "reason": "the new shop"}


def added(name: str = "carol", role: Role = Role.OPERATOR) -> IssuedKey:
    return keys().add(new_key(role), Key(role=role, name=name), now(), by="bob", reason="new in the team")


def by_name(name: str) -> IssuedKey:
    [found] = [one for one in keys().all() if one.key.name == name]
    return found


def test_the_list_shows_each_key_and_none_of_their_texts(operator: Browser) -> None:
    one = added()

    page = operator.get(LIST)

    assert f"carol {one.key_id} operator valid" in page.text
    assert "your key" in page.text
    assert one.key_hash not in page.body


def test_a_long_list_has_pages(operator: Browser) -> None:
    for number in range(16):
        added(f"name-{number}")

    first = operator.get(LIST)
    next_page = next(link["href"] for link in elements(first.body, "a") if link.get("rel") == "next")

    assert first.body.count('scope="row"') == 15
    assert operator.get(next_page).body.count(">name-") + first.body.count(">name-") == 16
    assert len(first.body.encode()) < 60 * 1024


def test_a_new_key_is_shown_once(operator: Browser, aws: Aws) -> None:
    registered(a_partner(3528), a_partner(3529))

    answer = operator.post(LIST, **{**NEW, "partners": "3528，3529", "expires": "2026-12-31"})

    text, made = value_at(answer.body, "api-key"), by_name("checkout")
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert made.key_hash == hash_of(text)
    assert made.key == Key(role=Role.PUBLISHER, name="checkout", partner_ids=(3528, 3529))
    assert (made.created_by, made.reason) == ("alice", "the new shop")
    assert text not in operator.get(LIST).body
    assert text not in str(aws.items("KeyTable"))


@pytest.mark.parametrize(
    ("typed", "status", "says"),
    [
        ({"role": ""}, 400, "`role` must be `publisher`, `operator`, `partner` or `viewer`"),
        ({"name": ""}, 400, "`name`: "),
        ({"reason": ""}, 400, "`reason` must be 1 to 500 characters"),
        ({"partners": "35x"}, 400, "35x is no partner's number"),
        ({"partners": "7"}, 404, "partner 7 is not in the registry"),
        ({"role": "partner"}, 400, "A partner's key needs the number of one partner."),
        ({"role": "viewer", "partners": "3528"}, 400, "`partnerIds` is for the role `publisher` only"),
        ({"expires": "2020-01-01"}, 400, "`expiresAt` must lie in the future"),
        ({"expires": "soon"}, 400, "soon is no day"),
    ],
)
def test_a_refused_key_keeps_what_was_typed(operator: Browser, typed: dict[str, str], status: int, says: str) -> None:
    registered(a_partner())
    before = [*keys().all()]

    answer = operator.post(LIST, **{**NEW, "name": "kept", **typed})

    assert answer.status == status
    assert says in answer.text
    assert value_of(answer.body, "reason") == typed.get("reason", NEW["reason"])
    assert [one.key_hash for one in keys().all()] == [one.key_hash for one in before]


def test_a_revocation_is_asked_about_first(operator: Browser) -> None:
    one = added()

    page = operator.get(f"{LIST}?revoke={one.key_id}")

    assert "Revoke this key?" in page.text
    assert "Whoever uses it is signed out of the console" in page.text
    assert actions(page.body) == [f"{LIST}/{one.key_id}/revoke", LIST]


def test_a_key_is_revoked(operator: Browser) -> None:
    one = added()

    page = operator.follow(operator.post(f"{LIST}/{one.key_id}/revoke", reason="left"))

    assert "The key is revoked: it is refused within 60 seconds." in page.text
    end = by_name("carol").revoked
    assert end is not None
    assert (end.by, end.reason) == ("alice", "left")


def test_a_revocation_that_did_not_happen_is_not_said(operator: Browser) -> None:
    assert 'class="notice"' not in operator.get(f"{LIST}?done=revoke").body


def test_a_revocation_needs_a_reason(operator: Browser) -> None:
    one = added()

    answer = operator.post(f"{LIST}/{one.key_id}/revoke", reason="")

    assert answer.status == 400
    assert "`reason` must be 1 to 500 characters" in answer.text
    assert by_name("carol").revoked is None


def test_nobody_revokes_the_key_that_they_use(operator: Browser) -> None:
    own = by_name("alice")

    answer = operator.post(f"{LIST}/{own.key_id}/revoke", reason="by mistake")

    assert answer.status == 409
    assert "this is the key that you use" in answer.text
    assert by_name("alice").revoked is None


def test_who_comes_second_reads_who_was_first(operator: Browser) -> None:
    one = added()
    keys().revoke(one, "bob", "leaked", now())

    answer = operator.post(f"{LIST}/{one.key_id}/revoke", reason="left")

    assert answer.status == 409
    assert "bob revoked it already" in answer.text


@pytest.mark.parametrize("key_id", ["0" * 16, "x", "%3Cb%3E"])
def test_an_unknown_key_is_not_found(operator: Browser, key_id: str) -> None:
    assert operator.get(f"{LIST}?revoke={key_id}").status == 404
    assert operator.post(f"{LIST}/{key_id}/revoke", reason="left").status == 404


def test_a_viewer_reads_the_list_and_changes_nothing(browser: Browser) -> None:
    one = added()
    browser.sign_in(Role.VIEWER)

    page = browser.get(f"{LIST}?revoke={one.key_id}")

    assert one.key_id in page.text
    assert actions(page.body) == []


def test_the_list_costs_one_scan(operator: Browser, aws: Aws) -> None:
    operator.get(LIST)  # notes that the key is used today
    meter = Meter(aws)
    operator.get(LIST)

    assert [call.operation for call in meter.calls if call.resource == "KeyTable"] == ["GetItem", "Scan"]
