"""What is overdue is sent again, and alerts that are not sure to be published."""

from collections import Counter

import pytest
import time_machine

from dispatcher.due import due_poll
from herald.domain.clock import HOUR, MINUTE
from herald.domain.notification import SHARDS, Lane
from herald.messaging.delivery_queue import DeliveryQueue
from herald.store.indexes import due_index
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_notification, an_id
from tests.support.functions.dispatcher import behind_every_cursor, due_of, failed, ids, of_shard, poll, sent, stands


@pytest.mark.parametrize("lane", [Lane.NEW, Lane.PARKED, Lane.SENT])
def test_what_is_overdue_by_more_than_ten_minutes_is_sent_again(aws: Aws, lane: Lane) -> None:
    behind_every_cursor(NOON)
    stands(
        a_notification(1, lane=lane, due_at=NOON - 10 * MINUTE), a_notification(2, lane=lane, due_at=NOON - 9 * MINUTE)
    )
    assert poll()["rescued"] == 1
    assert list(due_of(aws.messages("DeliveryQueue"))) == [str(an_id(1))]


@pytest.mark.parametrize("lane", [Lane.NEW, Lane.PARKED])
def test_what_is_long_overdue_because_no_poll_came_is_sent_once(aws: Aws, lane: Lane) -> None:
    behind_every_cursor(NOON - 30 * MINUTE)
    stands(a_notification(1, lane=lane, due_at=NOON - 12 * MINUTE))
    assert poll()[lane.value] == 1
    assert len(aws.messages("DeliveryQueue")) == 1


@pytest.mark.parametrize(
    ("depth", "lane", "ago"),
    [
        (200, Lane.SENT, 11 * MINUTE),
        (100, Lane.SENT, 2 * HOUR),
        (100, Lane.NEW, 11 * MINUTE),
        (100, Lane.NEW, 2 * HOUR),
        (100, Lane.PARKED, 11 * MINUTE),
        (100, Lane.PARKED, HOUR),
    ],
)
def test_a_lost_message_beside_many_of_another_partner_is_sent_again_by_one_poll_though_the_queue_is_deep(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, depth: int, lane: Lane, ago: int
) -> None:
    monkeypatch.setattr(due_poll, "DEEP", depth)
    behind_every_cursor(NOON)
    many = [sent(n, NOON - HOUR + n) for n in range(1, depth + depth // 10 + 1)]
    lost = a_notification(2_000, partner_id=7, lane=lane, due_at=NOON - ago)
    stands(*many, lost)
    DeliveryQueue(aws.refs["DeliveryQueue"]).send([one.due for one in many], NOON)
    assert poll()["rescued"] <= 1 + SHARDS * 3
    messages = Counter(message["id"] for message in aws.messages("DeliveryQueue"))
    assert messages[str(lost.id)] == 1
    assert max(messages.values()) <= 2


def test_of_a_deep_queue_the_oldest_three_of_each_partner_and_shard_are_sent_again(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_poll, "DEEP", 0)
    monkeypatch.setattr(due_index, "_PAGE", 2)
    monkeypatch.setattr(due_poll, "SHARDS", 1)
    behind_every_cursor(NOON)
    numbers = of_shard(0, 9)
    stands(*(sent(n, NOON - HOUR - place) for place, n in enumerate(numbers)))
    assert poll()["rescued"] == 3
    assert ids(aws) == sorted(str(an_id(n)) for n in numbers[-3:])
    clock.shift(300)
    assert poll()["rescued"] == 3


def test_what_failed_and_was_not_told_goes_to_the_dead_letters_at_every_poll(
    aws: Aws, clock: time_machine.Traveller
) -> None:
    stands(failed(1, NOON - 1), failed(2, NOON - HOUR))
    assert poll()["alerts"] == 2
    assert due_of(aws.messages("DeadLetterQueue")) == {str(an_id(1)): 2, str(an_id(2)): 2}
    assert aws.messages("DeliveryQueue") == []
    clock.shift(300)
    assert poll()["alerts"] == 2
