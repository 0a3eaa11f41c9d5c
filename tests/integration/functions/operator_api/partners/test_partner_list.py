"""The list of one partner's notifications by the moment of acceptance: pages, filters, bounds."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as some

from customer_service.lists import acceptance_list
from herald.domain.attempt import Attempt, Verdict
from herald.domain.clock import DAY, HOUR, SECOND, iso
from herald.domain.notification import Notification
from herald.domain.transitions import State
from operator_api import app as operator_app
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, PAYLOAD, a_notification, an_outcome
from tests.support.functions.dispatcher import stands
from tests.support.http.gateway import Gateway

api = Gateway(operator_app.handler, "OperatorFunction")
pytestmark = pytest.mark.usefixtures("aws")
PROPERTY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
METHODS = ("snNotify", "reNotify")
CODES = ("411258698456", "500", "")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


def path_of(limit: object = 100, partner_id: object = 3528, **query: object) -> str:
    given_ones = "".join(f"&{name}={quote(str(value))}" for name, value in query.items() if value is not None)
    return f"/notifications?partnerId={partner_id}&limit={limit}{given_ones}"


def pages(path: str) -> Iterator[list[str]]:
    """The ids of each page."""
    cursor = ""
    while True:
        page = api.done("GET", path + cursor)
        yield [item["id"] for item in page["items"]]
        if page["cursor"] is None:
            return
        cursor = f"&cursor={quote(page['cursor'])}"


def one(
    n: int,
    at: int,
    state: State = State.WAITING,
    method: str = "snNotify",
    code: str = CODES[0],
    tried: str | None = None,
) -> Notification:
    payload = PAYLOAD.replace("snNotify", method).replace(CODES[0], f"{code},7")
    there = a_notification(n, at=at, state=state, payload=payload)
    outcome = an_outcome(verdict=Verdict(tried)) if tried else None
    attempts = (Attempt(round=1, number=1, claim_id="c", outcome=outcome),) if outcome else ()
    return replace(there, attempts=attempts, logged=len(attempts))


# ──────────────────────────────────────────────────── The property ────────────────────────────────────────────────────

# Few moments, so that many are equal; on both sides of midnight, and long ago.
moments = some.sampled_from([NOON, NOON - 1, NOON - 12 * HOUR, NOON - 12 * HOUR - 1, NOON - DAY, NOON - 40 * DAY])
notifications = some.builds(
    one,
    n=some.integers(1, 10_000),
    at=moments,
    state=some.sampled_from(State),
    method=some.sampled_from(METHODS),
    code=some.sampled_from(CODES),
    tried=some.sampled_from([None, "timeout", "success"]),
)
bounds = some.none() | moments | moments.map(lambda moment: moment + 1)


@PROPERTY
@given(
    those=some.lists(notifications, max_size=30, unique_by=lambda each: each.id),
    later=some.lists(notifications, max_size=3, unique_by=lambda each: each.id),
    limit=some.integers(1, 12),
    looked_at=some.integers(1, 12),
    since=bounds,
    until=bounds,
    state=some.none() | some.sampled_from(State),
    method=some.none() | some.sampled_from(METHODS),
    verdict=some.none() | some.sampled_from(["timeout", "success"]),
    sncode=some.none() | some.sampled_from(["500", "7"]),
)
@example([one(n, NOON) for n in range(1, 31)], [], 1, 1, None, None, None, None, None, None)
@example([one(n, NOON) for n in range(1, 31)], [one(99, NOON)], 3, 2, None, None, None, None, None, "7")
def test_all_pages_together_are_what_a_scan_gives(  # noqa: PLR0917 - hypothesis passes the examples by place
    aws: Aws,
    those: list[Notification],
    later: list[Notification],
    limit: int,
    looked_at: int,
    since: int | None,
    until: int | None,
    state: State | None,
    method: str | None,
    verdict: str | None,
    sncode: str | None,
) -> None:
    assume((NOON + SECOND if until is None else until) > (since or 0))
    # Without anything else, failed and held ones are the attention list, by the moment when they became so.
    is_search = any(each is not None for each in (since, until, method, verdict, sncode))
    assume(is_search or state not in {State.FAILED, State.HELD})
    aws.empty("NotificationTable")
    stands(*those, a_notification(5, partner_id=352), a_notification(5, partner_id=35281))
    new = [replace(each, id=replace(each.id, order_id="new"), accepted_at=NOON + 1) for each in later]
    query: dict[str, Any] = {"state": state, "method": method, "verdict": verdict, "sncode": sncode}
    times = {"from": since and iso(since), "to": until and iso(until)}
    earliest = (NOON + SECOND if until is None else until) - 7 * DAY if since is None else since
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acceptance_list, "LOOKED_AT", looked_at)
        found: list[str] = []
        for number, page in enumerate(pages(path_of(limit, **query, **times))):
            assert len(page) <= limit
            found += page
            if number == 0:
                stands(*(each for each in new if found))

    def is_asked_for(each: Notification) -> bool:
        body = each.payload
        tried = each.attempts[-1].outcome.verdict if each.attempts else None
        return (
            each.accepted_at >= earliest
            and (until is None or each.accepted_at < until)
            and state in {None, each.state}
            and (method is None or f'"{method}"' in body)
            and verdict in {None, tried}
            and (sncode is None or sncode in body.partition('sncode":"')[2].partition('"')[0].split(","))
        )

    wanted = {str(each.id): each.accepted_at for each in those if is_asked_for(each)}
    assert sorted(found) == sorted(wanted)
    assert [wanted[each] for each in found] == sorted(wanted.values(), reverse=True)


# ────────────────────────────────────────────────────── Examples ──────────────────────────────────────────────────────


def test_a_day_of_one_partner_is_listed_newest_first() -> None:
    stands(one(1, NOON - 3), one(2, NOON - 1), one(3, NOON - 2), one(4, NOON - DAY), a_notification(5, partner_id=7))

    (page,) = pages(path_of(**{"from": "2026-11-23T00:00:00Z"}))

    assert page == [str(one(n, 0).id) for n in (2, 3, 1)]


def test_the_failed_of_a_range_are_listed_by_acceptance() -> None:
    stands(one(1, NOON - 1, State.FAILED), one(2, NOON, State.WAITING), one(3, NOON, State.FAILED))

    (page,) = pages(path_of(state="failed", **{"from": "2026-11-23T00:00:00Z"}))

    assert page == [str(one(n, 0).id) for n in (3, 1)]


def test_a_voucher_code_is_found_among_several() -> None:
    stands(one(1, NOON, code="500"), one(2, NOON, code="5001"))

    assert [*pages(path_of(sncode="500"))] == [[str(one(1, 0).id)]]
    assert [*pages(path_of(sncode=" 500 "))] == [[str(one(1, 0).id)]]


def test_what_has_expired_is_in_no_list() -> None:
    stands(replace(one(1, NOON, State.DELIVERED), due_at=None, lane=None, expires_at=NOON), one(2, NOON))

    assert [*pages(path_of())] == [[str(one(2, 0).id)]]


def test_a_long_range_without_any_is_read_in_steps() -> None:
    stands(one(1, NOON - 39 * DAY))

    assert [*pages(path_of(**{"from": iso(NOON - 40 * DAY)}))] == [[], [str(one(1, 0).id)]]


def test_a_page_ends_where_the_answer_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acceptance_list, "PAGE_BYTES", 1_500)
    stands(*(one(n, NOON - n) for n in range(1, 6)))

    found = [*pages(path_of())]

    assert [len(page) for page in found] == [2, 2, 1]


def test_a_fraction_of_a_millisecond_does_not_matter() -> None:
    stands(one(1, NOON))
    at = datetime.fromtimestamp(NOON / SECOND, UTC).isoformat()

    assert [*pages(path_of(**{"from": at.replace("+00:00", ".000000+00:00")}))] == [[str(one(1, 0).id)]]
    assert [*pages(path_of(**{"from": "2026-11-23T20:00:00+08:00"}))] == [[str(one(1, 0).id)]]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (
            "from=2026-11-23T04:00:00Z&to=2026-11-23T03:00:00Z",
            "`from` must be before `to`: 23 November 2026, 04:00:00 UTC is not before 23 November 2026, 03:00:00 UTC",
        ),
        (
            "from=2026-01-01T00:00:00Z&to=2026-11-01T00:00:00Z",
            "from 1 January 2026, 00:00:00 UTC to 1 November 2026, 00:00:00 UTC is longer than 92 days",
        ),
        ("from=yesterday", "`from` must be a moment with its time zone, such as 2026-11-23T04:00:00Z"),
        ("to=2026-11-23", "`to` must be a moment with its time zone, such as 2026-11-23T04:00:00Z"),
        (
            "state=lost",
            "`state` must be one of `waiting`, `held`, `delivered`, `failed`, `resolved`, `cancelled`",
        ),
        ("verdict=good", "`verdict` must be one of `success`, `not_success`, `bad_status`, `redirect`, `timeout`,"),
        ("method=testNotify", "`method` must be one of `snNotify`, `reNotify`"),
        ("sncode=", "`sncode` must be one voucher code"),
        ("sncode=%20", "`sncode` must be one voucher code"),
        ("method=snNotify&orderId=7", "give `state` (failed or held), or `partnerId` with `orderId`"),
    ],
)
def test_a_bad_search_is_400_and_says_what_is_allowed(query: str, sentence: str) -> None:
    assert api.refused(400, "GET", f"/notifications?partnerId=3528&{query}").startswith(sentence)


def test_a_search_needs_a_partner() -> None:
    assert "`partnerId`" in api.refused(400, "GET", "/notifications?sncode=1")
    assert "`partnerId`" in api.refused(400, "GET", "/notifications?state=waiting")


def test_a_cursor_continues_only_its_own_search() -> None:
    stands(*(one(n, NOON) for n in (1, 2)))
    cursor = quote(api.done("GET", path_of(1))["cursor"])

    api.done("GET", f"{path_of(2)}&cursor={cursor}")
    for other in ({"method": "snNotify"}, {"state": "waiting"}, {"from": "2026-11-23T00:00:00Z"}, {"partner_id": 7}):
        assert "`cursor`" in api.refused(400, "GET", f"{path_of(1, **other)}&cursor={cursor}")
    api.refused(400, "GET", f"/notifications?state=failed&partnerId=3528&cursor={cursor}")
    api.refused(400, "GET", f"{path_of(1)}&cursor={cursor[:-2]}")


@pytest.mark.parametrize(
    "query",
    [
        "to=0001-01-01T00:00:00%2B14:00",
        "from=0001-01-01T00:00:00%2B14:00",
        "from=9999-12-31T23:59:59-14:00",
        "from=9999-12-31T23:59:59.9999Z",
    ],
)
def test_moments_at_the_ends_of_the_calendar_are_400(query: str) -> None:
    assert "`from`" in api.refused(400, "GET", f"/notifications?partnerId=3528&{query}")


def test_the_last_92_days_are_counted_by_the_caller(clock: time_machine.Traveller) -> None:
    stands(*(one(n, NOON - n) for n in (1, 2)))
    path = path_of(1, **{"from": iso(NOON - 92 * DAY)})
    clock.shift(30)

    assert [len(page) for page in pages(path)][:2] == [1, 1]


def test_an_end_that_lies_ahead_hides_nothing_of_this_week() -> None:
    stands(one(1, NOON - 6 * DAY))

    assert [*pages(path_of(to=iso(NOON + 14 * DAY)))] == [[str(one(1, 0).id)]]


def test_the_future_has_no_notifications() -> None:
    stands(one(1, NOON))

    assert [*pages(path_of(**{"from": "2030-01-01T00:00:00Z", "to": "2030-02-01T00:00:00Z"}))] == [[]]
