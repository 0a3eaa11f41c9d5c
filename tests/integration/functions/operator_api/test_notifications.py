"""Reading notifications: one of them, the attention list, an order."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import batched
from typing import Any

import pytest
import time_machine

from herald.domain.clock import DAY, HOUR, MINUTE, SECOND, iso
from herald.domain.decisions.decisions import close, redrive
from herald.domain.notification import LOG_LIMIT, Notification, settle
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import Action
from herald.languages.reason import Reason
from herald.store.notification_table import NotificationTable
from operator_api import app as operator_app
from tests.support.aws.aws_stack import Context
from tests.support.factories import LADDER, NOON, PAYLOAD, a_notification, a_partner, an_attempt, an_id
from tests.support.functions.dispatcher import failed, held, registered, stands
from tests.support.http.gateway import Gateway

WHY = {"reason": "they repaired it"}
api = Gateway(operator_app.handler, "OperatorFunction")
pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


def ids(answer: Any) -> list[str]:
    return [one["id"] for one in answer["items"]]


def delivered(n: int = 1) -> Notification:
    one = a_notification(n, claim_id="c1", claim_until=NOON)
    return settle(one, an_attempt(one, success=True), LADDER, NOON, 90)


@pytest.mark.parametrize("role", ["operator", "publisher"])
def test_a_notification_shows_attempts_and_history(role: str) -> None:
    once_failed = failed(1, NOON - HOUR)
    stands(one := redrive(once_failed, "bob", "they repaired it", NOON))
    assert api.done("GET", f"/notifications/{one.id}", role=role) == {
        "id": str(one.id),
        "partnerId": 3528,
        "orderId": "order-1",
        "method": "snNotify",
        "state": "waiting",
        "turn": 3,
        "round": 2,
        "attempt": 1,
        "acceptedAt": "2026-11-23T12:00:00.000Z",
        "nextAttemptAt": "2026-11-23T12:00:00.000Z",
        "payload": PAYLOAD,
        "olderAttempts": 0,
        "attempts": [
            {
                "round": 1,
                "attempt": 5,
                "at": "2026-11-23T11:00:00.000Z",
                "durationMs": 40,
                "address": "203.0.113.7:443",
                "status": 200,
                "verdict": "not_success",
                "reason": "HTTP 200, but the body was `no`: it must be exactly `success`",
                "reasonCode": "not_success.other",
                "reasonValues": {"status": 200, "body": "no"},
                "excerpt": "no",
            }
        ],
        "history": [
            {
                "at": "2026-11-23T12:00:00.000Z",
                "by": "bob",
                "action": "redrive",
                "reason": "they repaired it",
                "from": "failed",
                "to": "waiting",
            }
        ],
    }


@pytest.mark.parametrize("one", [delivered(), failed(1, NOON), held(1, NOON)], ids=["delivered", "failed", "held"])
def test_only_a_waiting_notification_has_a_next_attempt(one: Notification) -> None:
    stands(one)
    shown = api.done("GET", f"/notifications/{one.id}")
    assert "nextAttemptAt" not in shown
    assert shown.get("since") == (iso(one.since) if one.since else None)
    assert shown.get("reason") == (str(one.reason) if one.reason else None)
    assert shown.get("reasonCode") == (one.reason.code if one.reason else None)


def test_older_attempts_are_counted() -> None:
    one = a_notification()
    kept = tuple(an_attempt(one, f"c{n}") for n in range(LOG_LIMIT))
    stands(replace(one, attempts=kept, logged=LOG_LIMIT + 7))
    shown = api.done("GET", f"/notifications/{one.id}")
    assert (len(shown["attempts"]), shown["olderAttempts"]) == (LOG_LIMIT, 7)


@pytest.mark.parametrize("text", ["x", "3528_b3JkZXItMQ_abc", "0_b3JkZXItMQ_" + "0" * 32, "3528__" + "0" * 32])
def test_a_malformed_id_is_400(text: str) -> None:
    assert "is not a notification's id" in api.refused(400, "GET", f"/notifications/{text}")
    assert "is not a notification's id" in api.refused(400, "POST", f"/notifications/{text}/redrive", WHY)


def test_an_unknown_notification_is_404() -> None:
    assert str(an_id(1)) in api.refused(404, "GET", f"/notifications/{an_id(1)}")
    assert str(an_id(1)) in api.refused(404, "POST", f"/notifications/{an_id(1)}/redrive", WHY)


def test_an_expired_notification_is_404(clock: time_machine.Traveller) -> None:
    stands(one := delivered())
    order = f"/notifications?partnerId=3528&orderId={one.id.order_id}"
    clock.shift(90 * DAY / SECOND - 1)
    assert api.done("GET", f"/notifications/{one.id}")["state"] == "delivered"
    assert len(api.done("GET", order)["items"]) == 1
    clock.shift(1)
    api.refused(404, "GET", f"/notifications/{one.id}")
    api.refused(404, "POST", f"/notifications/{one.id}/redrive", WHY)
    assert api.done("GET", order) == {"items": [], "cursor": None}


def test_the_attention_list_puts_the_most_first() -> None:
    registered(a_partner(1, name="West Lake 旅行"), a_partner(2), a_partner(3))
    stands(
        failed(1, NOON - HOUR, partner_id=1, reason=Reason.sentence("no answer within 10 s")),
        failed(2, NOON - MINUTE, partner_id=1, reason=Reason.sentence("HTTP 500")),
        failed(3, NOON, partner_id=1, reason=Reason.sentence("HTTP 500")),
        failed(4, NOON, partner_id=3, reason=Reason.sentence("TLS")),
        held(5, NOON, partner_id=2),
    )
    assert api.done("GET", "/notifications?state=failed") == {
        "items": [
            {
                "partnerId": 1,
                "name": "West Lake 旅行",
                "count": 3,
                "oldest": "2026-11-23T11:00:00.000Z",
                "reason": "HTTP 500",
            },
            {
                "partnerId": 3,
                "name": "Example Travel",
                "count": 1,
                "oldest": "2026-11-23T12:00:00.000Z",
                "reason": "TLS",
            },
        ]
    }
    assert [line["partnerId"] for line in api.done("GET", "/notifications?state=held")["items"]] == [2]


def test_the_attention_list_may_be_empty() -> None:
    registered(a_partner())
    assert api.done("GET", "/notifications?state=failed") == {"items": []}
    assert api.done("GET", "/notifications?state=failed&partnerId=3528") == {"items": [], "cursor": None}


def all_pages(path: str) -> list[Any]:
    """The pages of a list, from the first to the last."""
    pages = [api.done("GET", path)]
    while pages[-1]["cursor"] is not None:
        pages.append(api.done("GET", f"{path}&cursor={pages[-1]['cursor']}"))
    return pages


def test_a_partners_pages_are_newest_first() -> None:
    listed = [failed(n, NOON - n * MINUTE) for n in range(5)]
    stands(*listed, held(9, NOON), failed(10, NOON, partner_id=7))
    pages = all_pages("/notifications?state=failed&partnerId=3528&limit=2")
    assert [ids(page) for page in pages] == [[str(one.id) for one in two] for two in batched(listed, 2, strict=False)]


def test_a_later_failure_moves_no_next_page() -> None:
    stands(*(failed(n, NOON - n * MINUTE) for n in range(4)))
    first = api.done("GET", "/notifications?state=failed&partnerId=3528&limit=2")
    stands(failed(9, NOON + MINUTE))
    second = api.done("GET", f"/notifications?state=failed&partnerId=3528&limit=2&cursor={first['cursor']}")
    assert ids(second) == [str(an_id(2)), str(an_id(3))]


@pytest.mark.parametrize(("room", "sizes"), [(150_000, [2, 2, 1]), (1, [1, 1, 1, 1, 1])])
def test_a_page_holds_fewer_large_notifications(monkeypatch: pytest.MonkeyPatch, room: int, sizes: list[int]) -> None:
    large = json.dumps({"method": "snNotify", "describe": "理" * 21_000}, ensure_ascii=False)
    stands(*(replace(failed(n, NOON - n), payload=large) for n in range(5)))
    monkeypatch.setattr("customer_service.lists.attention_list.PAGE_BYTES", room)
    pages = all_pages("/notifications?state=failed&partnerId=3528&limit=5")
    assert [one for page in pages for one in ids(page)] == [str(an_id(n)) for n in range(5)]
    assert [len(page["items"]) for page in pages] == sizes


def test_a_stale_index_row_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    stands(one := failed(1, NOON), failed(2, NOON))
    stored = NotificationTable.get_many

    def get_many(
        self: NotificationTable, wanted: Sequence[NotificationId], now: int
    ) -> dict[NotificationId, Notification]:
        closed = close(one, Action.RESOLVE, "bob", "by telephone", NOON, 90)
        return {**stored(self, wanted, now), one.id: closed}

    monkeypatch.setattr(NotificationTable, "get_many", get_many)
    assert ids(api.done("GET", "/notifications?state=failed&partnerId=3528")) == [str(an_id(2))]


def test_an_order_is_listed_by_acceptance() -> None:
    listed = [
        replace(one, id=NotificationId(3528, "test158585", digest * 32))
        for one, digest in [(a_notification(at=NOON), "b"), (a_notification(at=NOON + 1), "a"), (delivered(), "c")]
    ]
    stands(*listed, a_notification(9))
    found = api.done("GET", "/notifications?partnerId=3528&orderId=test158585")["items"]
    assert [(one["id"][-1], one["state"]) for one in found] == [("b", "waiting"), ("c", "delivered"), ("a", "waiting")]


def of_order(count: int, payload: str = PAYLOAD) -> list[Notification]:
    """Notifications of one order whose digests are in another order than their acceptance; each two at one time."""
    digests = [sha256(str(n).encode()).hexdigest()[:32] for n in range(count)]
    return sorted(
        (
            a_notification(id=NotificationId(3528, "test158585", digest), at=NOON + n // 2, payload=payload)
            for n, digest in enumerate(digests)
        ),
        key=lambda one: (one.accepted_at, one.id.digest),
    )


OF_ORDER = "/notifications?partnerId=3528&orderId=test158585"


@pytest.mark.parametrize(("count", "limit"), [(7, 3), (6, 3), (5, 1), (4, 100), (3, 2), (1, 1)])
def test_an_orders_pages_list_each_notification_once(count: int, limit: int) -> None:
    stands(*(listed := of_order(count)), a_notification(9))
    pages = all_pages(f"{OF_ORDER}&limit={limit}")
    assert [ids(page) for page in pages] == [
        [str(one.id) for one in some] for some in batched(listed, limit, strict=False)
    ]


@pytest.mark.parametrize("character", ["x", '\\"', "理", "\\u0001"])
def test_no_page_of_an_order_exceeds_lambdas_limit(character: str) -> None:
    filler = character * (60_000 // len(character.encode()))
    payload = f'{{"method":"snNotify","describe":"{filler}"}}'
    stands(*(listed := of_order(110, payload)))
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        event = api.event("GET", f"{OF_ORDER}{cursor and f'&cursor={cursor}'}", None, "operator")
        answer = operator_app.handler(event, Context())
        assert len(json.dumps(answer, ensure_ascii=False).encode()) < 6_291_556
        page = json.loads(answer["body"])
        found += ids(page)
        cursor = page["cursor"]
    assert found == [str(one.id) for one in listed]


def test_a_page_of_an_order_has_100_by_default() -> None:
    stands(*of_order(101))
    assert [len(page["items"]) for page in all_pages(OF_ORDER)] == [100, 1]


def test_a_concurrent_change_moves_no_later_page() -> None:
    *listed, late = of_order(8)
    stands(*listed)
    first = api.done("GET", f"{OF_ORDER}&limit=3")
    stands(late)
    NotificationTable("NotificationTable").save(listed[4], replace(listed[4], expires_at=NOON - SECOND))
    rest = api.done("GET", f"{OF_ORDER}&limit=100&cursor={first['cursor']}")
    assert ids(first) + ids(rest) == [str(one.id) for one in (*listed[:4], *listed[5:], late)]


def test_an_unknown_order_is_an_empty_page() -> None:
    assert api.done("GET", OF_ORDER) == {"items": [], "cursor": None}


def test_a_long_attention_list_counts_the_omitted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    registered(*(a_partner(number) for number in range(1, 6)))
    stands(*(failed(number, NOON, partner_id=number) for number in range(1, 6)), failed(9, NOON, partner_id=4))
    assert "omitted" not in api.done("GET", "/notifications?state=failed")
    monkeypatch.setattr("customer_service.lists.pagination.PAGE_BYTES", 500)
    answer = api.done("GET", "/notifications?state=failed")
    listed = [line["partnerId"] for line in answer["items"]]
    assert listed == [4, 1, 2, 3, 5][: len(listed)]
    assert (0 < len(listed) < 5, answer["omitted"]) == (True, 5 - len(listed))


@pytest.mark.parametrize("order_id", ["a,b", "50%25", "a:b", "1%2B1", "%26=%3F"])
def test_an_order_number_may_hold_any_printable_ascii(order_id: str) -> None:
    plain = {"50%25": "50%", "1%2B1": "1+1", "%26=%3F": "&=?"}.get(order_id, order_id)
    stands(one := a_notification(id=NotificationId(3528, plain, "0" * 32)))
    found = api.done("GET", f"/notifications?partnerId=3528&orderId={order_id}")["items"]
    assert [(item["id"], item["orderId"]) for item in found] == [(str(one.id), plain)]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("", "`state`"),
        ("orderId=1", "`partnerId`"),
        ("state=failed&orderId=1", "`partnerId`"),
        ("state=waiting", "give `state` (failed or held)"),
        ("state=failed,held", "`state` must be one of `waiting`, `held`"),
        ("state=held&partnerId=x", "`partnerId` must be a whole number"),
        ("state=held&partnerId=0", "`partnerId` must be a whole number"),
        ("partnerId=3528&orderId=a%20b", "`orderId` must be 1 to 64 printable"),
        ("partnerId=3528&orderId=a%0A", "`orderId` must be 1 to 64 printable"),
        ("partnerId=3528&orderId=" + "x" * 65, "`orderId` must be 1 to 64 printable"),
        ("state=held&partnerId=3528&limit=0", "`limit` must be a whole number from 1 to 100"),
        ("state=held&partnerId=3528&limit=101", "`limit` must be a whole number from 1 to 100"),
        ("state=held&partnerId=3528&cursor=abc", "`cursor` is not one that this list gave"),
        ("state=held&partnerId=3528&cursor=%E6%97%85", "`cursor` is not one that this list gave"),
        ("state=held&partnerId=3528&cursor=" + "W" * 8_000, "`cursor` is not one that this list gave"),
        ("state=held&partnerId=3528&cursor=", "`cursor` is not one that this list gave"),
        ("partnerId=3528&orderId=1&cursor=", "`cursor` is not one that this list gave"),
        ("partnerId=3528&orderId=1&cursor=abc", "`cursor` is not one that this list gave"),
        ("state=held&cursor=abc", "`cursor` is not one that this list gave"),
        ("state=failed&cursor=", "`cursor` is not one that this list gave"),
        ("state=failed&cursor=3528&limit=1", "`cursor` is not one that this list gave"),
    ],
)
def test_a_bad_query_is_400_and_names_the_parameter(query: str, named: str) -> None:
    assert named in api.refused(400, "GET", f"/notifications?{query}")


def test_a_cursor_continues_only_its_own_list() -> None:
    stands(*(failed(n, NOON - n) for n in range(3)))
    cursor = api.done("GET", "/notifications?state=failed&partnerId=3528&limit=1")["cursor"]
    api.refused(400, "GET", f"/notifications?state=held&partnerId=3528&cursor={cursor}")
    api.refused(400, "GET", f"/notifications?state=failed&partnerId=7&cursor={cursor}")
