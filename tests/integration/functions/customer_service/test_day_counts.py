"""The notifications of a day, counted by hour and by partner: which ones, in how many requests."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine

from customer_service.lists import day_counts
from customer_service.lists.day_counts import PARTNERS, counts_of_day, counts_of_partner
from customer_service.refusals import ApiRefusal
from herald.domain.clock import DAY, HOUR, SECOND
from herald.domain.notification import Notification
from herald.domain.transitions import State
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_notification, a_partner
from tests.support.functions.dispatcher import registered, stands
from tests.support.report import show_figure
from tests.support.request_counter import Meter

TODAY = date(2026, 11, 23)
MIDNIGHT = NOON - 12 * HOUR
pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


def accepted(n: int, at: int, state: State = State.DELIVERED, **more: Any) -> Notification:
    return a_notification(n, at=at, state=state, **more)


def counts(accepted: int, delivered: int = 0, waiting: int = 0, failed: int = 0) -> dict[str, int]:
    return {"accepted": accepted, "delivered": delivered, "waiting": waiting, "failed": failed}


def test_each_state_is_counted_in_its_hour() -> None:
    registered(a_partner())
    states = [*State, State.DELIVERED]
    stands(*(accepted(n, MIDNIGHT + 3 * HOUR + n, state) for n, state in enumerate(states)))
    stands(accepted(20, MIDNIGHT + 4 * HOUR))

    day = counts_of_day(TODAY)

    assert day["hours"] == {3: counts(7, delivered=2, waiting=2, failed=1), 4: counts(1, delivered=1)}
    assert day["partners"] == [
        {"partnerId": 3528, "name": "Example Travel", **counts(8, delivered=3, waiting=2, failed=1)}
    ]
    assert day["countedUpTo"] is None


def test_a_day_begins_and_ends_at_midnight_in_utc() -> None:
    registered(a_partner())
    stands(*(accepted(n, at) for n, at in enumerate((MIDNIGHT - 1, MIDNIGHT, MIDNIGHT + DAY - 1, MIDNIGHT + DAY))))

    assert counts_of_day(TODAY)["hours"] == {0: counts(1, delivered=1), 23: counts(1, delivered=1)}


def test_what_has_expired_is_not_counted() -> None:
    registered(a_partner())
    stands(accepted(1, NOON, expires_at=NOON), accepted(2, NOON, expires_at=NOON + HOUR))

    assert counts_of_day(TODAY)["hours"] == {12: counts(1, delivered=1)}


def test_the_partner_with_the_most_stands_first_and_one_without_any_is_left_out() -> None:
    registered(a_partner(1), a_partner(2), a_partner(3), a_partner(4))
    stands(accepted(1, NOON, partner_id=1), accepted(4, NOON, partner_id=4))
    stands(*(accepted(n, NOON, partner_id=3) for n in (2, 3)))

    assert [one["partnerId"] for one in counts_of_day(TODAY)["partners"]] == [3, 1, 4]


def test_one_partner_is_counted_alone() -> None:
    registered(a_partner(1), a_partner(2))
    stands(accepted(1, NOON, partner_id=1), accepted(2, NOON, partner_id=2))

    day = counts_of_partner(TODAY, 2)

    assert [one["partnerId"] for one in day["partners"]] == [2]
    assert (day["partnerId"], day["places"], day["nextAfter"]) == (2, None, None)


def test_an_unknown_partner_is_refused() -> None:
    with pytest.raises(ApiRefusal, match="7 is not in the registry"):
        counts_of_partner(TODAY, 7)


def test_pages_of_partners_follow_each_other() -> None:
    registered(*(a_partner(number) for number in range(1, PARTNERS + 3)))
    stands(accepted(1, NOON, partner_id=1), accepted(2, NOON, partner_id=PARTNERS + 2))

    first = counts_of_day(TODAY)
    second = counts_of_day(TODAY, after=first["nextAfter"] or 0)

    assert first["places"] == {"first": 1, "last": PARTNERS, "registered": PARTNERS + 2}
    assert second["places"] == {"first": PARTNERS + 1, "last": PARTNERS + 2, "registered": PARTNERS + 2}
    assert [[one["partnerId"] for one in page["partners"]] for page in (first, second)] == [[1], [PARTNERS + 2]]
    assert second["nextAfter"] is None


def test_behind_the_last_partner_comes_the_first_again() -> None:
    registered(a_partner(1), a_partner(2))

    assert counts_of_day(TODAY, after=2)["places"] == {"first": 1, "last": 2, "registered": 2}


def test_an_empty_registry_has_an_empty_day() -> None:
    day = counts_of_day(TODAY)

    assert (day["partners"], day["nextAfter"], day["countedUpTo"]) == ([], None, None)


def test_a_large_partner_takes_nothing_from_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_counts, "COUNTED", 80)
    registered(a_partner(1), a_partner(2))
    stands(*(accepted(n, NOON - n, partner_id=1) for n in range(200)))
    stands(*(accepted(n, NOON, partner_id=2) for n in range(300, 308)))

    day = counts_of_day(TODAY)

    of = {one["partnerId"]: one["accepted"] for one in day["partners"]}
    assert of[2] == 8
    assert 40 < of[1] <= 72
    assert day["countedUpTo"] == sum(of.values()) <= 80


def test_the_newest_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_counts, "COUNTED", 80)
    registered(a_partner())
    stands(*(accepted(n, NOON - n * SECOND) for n in range(300)), *(accepted(n, MIDNIGHT) for n in range(300, 350)))

    assert set(counts_of_partner(TODAY, 3528)["hours"]) == {11, 12}


def test_a_day_costs_few_requests(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    registered(*(a_partner(number) for number in range(1, 101)))
    stands(*(accepted(n, NOON, partner_id=1 + n % 3) for n in range(250)))
    meter = Meter(aws)

    counts_of_day(TODAY)

    requests = meter.requests("dynamodb")
    units = meter.read_units("NotificationTable")
    show_figure(capsys, f"a day of {PARTNERS} of 100 partners, 250 notifications: {requests}, {units:g} read units")
    assert requests["Query"] <= PARTNERS * 8 + 8
    assert requests["BatchGetItem"] == 3
    assert requests["Scan"] == 1  # the registry, by 1 MB


def test_a_partner_alone_costs_eight_queries(aws: Aws) -> None:
    registered(a_partner())
    stands(*(accepted(n, NOON) for n in range(100)))
    meter = Meter(aws)

    counts_of_partner(TODAY, 3528)

    assert meter.requests("dynamodb") == {"GetItem": 1, "Query": 8, "BatchGetItem": 1}
