"""The figures of a measured outage, computed from records that are known."""

import pytest

from herald.domain.clock import SECOND
from tools.outage.figures import Run, figures, lateness, per_second
from tools.outage.workload import SICK, Scale
from tools.sample_partner import Received, Signature

DUE = {"a": 1_000, "b": 1_001, "c": 1_002, "d": 1_003}


def arrived(name: str, at: int, answer: str = "success") -> Received:
    return Received(
        at=at,
        method="POST",
        path="/p/6102",
        headers={"webhook-id": name},
        body=b"",
        number=1,
        signature=Signature.UNCHECKED,
        answer=answer,
        answered_at=at if answer == "success" else None,
    )


def run_of(*received: Received, opened_at: int | None = 31_000, repaired_at: int = 100_000) -> Run:
    return Run(due=DUE, received=received, began_at=1_000, opened_at=opened_at, repaired_at=repaired_at)


OUTAGE = (
    arrived("a", 1_100, "hang"),
    arrived("b", 1_200, "hang"),
    arrived("c", 61_000, "hang"),  # a probe
)


def test_attempts_before_the_breaker_opened_are_told_from_those_after() -> None:
    found = figures(run_of(*OUTAGE, arrived("d", 110_000)))
    assert (found.until_open, found.opened_after, found.while_open) == (2, 30_000, (30_000,))
    assert found.first_answer_after == 10_000


def test_without_an_opening_all_attempts_until_the_repair_count() -> None:
    found = figures(run_of(*OUTAGE, opened_at=None))
    assert (found.until_open, found.opened_after, found.while_open) == (None, None, (100, 200, 60_000))
    assert (found.first_answer_after, found.last_delivered_after, found.delivered) == (None, None, 0)


def test_the_last_delivery_counts_once_all_were_delivered() -> None:
    all_of_them = [arrived(name, 101_000 + place * 10) for place, name in enumerate("abcd")]
    assert figures(run_of(*all_of_them)).last_delivered_after == 1_030
    assert figures(run_of(*all_of_them[:3])).last_delivered_after is None
    assert figures(run_of(*all_of_them)).bound == 4 * SECOND / 20 + 60 * SECOND


def test_a_notification_that_is_delivered_twice_is_counted() -> None:
    found = figures(run_of(arrived("a", 101_000), arrived("b", 101_001), arrived("a", 101_002)))
    assert (found.delivered, found.delivered_twice) == (2, 1)


def test_the_order_is_told_by_successive_deliveries_and_by_places() -> None:
    found = figures(run_of(*(arrived(name, 101_000 + place) for place, name in enumerate("dabc"))))
    assert found.in_order == pytest.approx(2 / 3)
    assert (found.places_off, found.most_places_off) == (3, 3)
    in_order = figures(run_of(*(arrived(name, 101_000 + place) for place, name in enumerate("abcd"))))
    assert (in_order.in_order, in_order.most_places_off) == (1.0, 0)


def test_lateness_is_of_the_first_post_of_each() -> None:
    due = {str(n): n for n in range(100)}
    received = [arrived(str(n), n + 10 * n) for n in range(100)]
    found = lateness(due, [*received, arrived("0", 90_000)])
    assert (found.count, found.median, found.p95, found.most) == (100, 490, 940, 990)


def test_lateness_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        lateness(DUE, [arrived("elsewhere", 5)])


def test_the_progress_is_counted_second_by_second() -> None:
    assert per_second([arrived("a", 900), arrived("b", 1_500), arrived("c", 3_999)], 1_000) == [1, 1, 2]


def test_the_sick_partners_notifications_are_evenly_among_the_others() -> None:
    scale = Scale(of_sick=200, good_partners=4, of_each_good=25)
    mixed = scale.for_all(first_order=1_000)
    assert len(mixed) == len(set(mixed)) == 300
    for first in range(0, 300, 30):
        assert sum(partner == SICK for partner, _ in mixed[first : first + 30]) in range(19, 22)
    assert {order for partner, order in mixed if partner != SICK} == set(range(1_000, 1_025))
