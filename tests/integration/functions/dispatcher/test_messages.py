"""Which messages a poll sends, with which delay, and where the next poll continues."""

import pytest
import time_machine

from dispatcher.due import due_poll
from herald.domain.clock import HOUR, MINUTE, SECOND
from herald.domain.notification import Lane
from herald.messaging import sqs
from herald.store.dispatch_table import DispatchTable, Position
from herald.store.indexes import due_index
from herald.store.indexes.due_index import DueIndex
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_notification, an_id
from tests.support.functions.dispatcher import (
    HORIZON,
    delays,
    dies,
    due_of,
    failed,
    ids,
    of_shard,
    parked,
    poll,
    sent,
    stands,
)


def test_a_poll_sends_what_is_new_and_what_is_parked_up_to_its_horizon(aws: Aws) -> None:
    stands(
        a_notification(1, at=NOON - MINUTE, due_at=NOON - MINUTE),
        a_notification(2, at=NOON),
        a_notification(3, at=NOON + 1),
        parked(4, NOON + HORIZON),
        parked(5, NOON + HORIZON + 1),
        sent(6, NOON),
    )
    answer = poll()
    assert (answer["ran"], answer["new"], answer["parked"], answer["finished"]) == (True, 2, 1, True)
    assert due_of(aws.messages("DeliveryQueue")) == {str(an_id(1)): 1, str(an_id(2)): 1, str(an_id(4)): 5}


def test_each_message_is_delayed_to_the_second_of_its_due_time_and_never_less(aws: Aws) -> None:
    waits = [0, 1, SECOND, SECOND + 1, 200 * SECOND, HORIZON]
    stands(*(parked(n, NOON + wait) for n, wait in enumerate(waits)), parked(90, NOON - 5 * MINUTE))
    poll()
    assert delays(aws) == [0, 0, 1, 1, 2, 200, 390]


@pytest.mark.parametrize("every", [1, 5, 13])
def test_no_delay_exceeds_what_sqs_can_whatever_the_time_between_polls(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    monkeypatch.setenv("DISPATCH_EVERY", str(every))
    stands(parked(1, NOON + every * MINUTE + 90 * SECOND))
    poll()
    assert delays(aws) == [every * 60 + 90]
    assert delays(aws)[0] <= 900


@pytest.mark.parametrize("lag", [0, 35, 60])
def test_what_was_parked_as_early_as_can_be_comes_in_time_however_far_the_polls_look_ahead(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, lag: int
) -> None:
    """The index shows it so many seconds late, when a poll has just looked past it."""
    monkeypatch.setenv("DISPATCH_EVERY", "13")
    due_at = NOON + 15 * MINUTE + 1
    clock.shift(lag)
    poll()
    stands(parked(1, due_at))
    clock.shift(13 * 60)
    poll()
    [delay] = delays(aws)
    assert NOON + (lag + 13 * 60 + delay) * SECOND <= max(due_at, NOON + (lag + 13 * 60) * SECOND) + SECOND


def test_no_alert_is_sent_again_while_many_wait_already(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due_poll, "DEEP", 2)
    stands(failed(1, NOON), failed(2, NOON))
    assert [poll()["alerts"] for _ in range(3)] == [2, 0, 0]
    assert len(aws.messages("DeadLetterQueue")) == 2


def test_messages_are_grouped_by_partner(aws: Aws) -> None:
    stands(a_notification(1, partner_id=7), a_notification(2, partner_id=8))
    poll()
    assert sorted(message["group"] for message in aws.stored("DeliveryQueue")) == ["7", "8"]


def test_the_next_poll_goes_on_where_the_last_one_stopped(aws: Aws, clock: time_machine.Traveller) -> None:
    stands(*(parked(n, NOON + n * MINUTE) for n in range(10)))
    assert poll()["parked"] == 7
    clock.shift(300)
    assert poll()["parked"] == 3
    assert len(due_of(aws.messages("DeliveryQueue"))) == 10


def test_what_shows_in_the_index_a_minute_late_is_sent_by_the_next_poll(
    aws: Aws, clock: time_machine.Traveller
) -> None:
    poll()
    stands(a_notification(1, at=NOON - MINUTE))
    clock.shift(300)
    assert poll()["new"] == 1
    assert len(aws.messages("DeliveryQueue")) == 1


def test_a_poll_whose_time_is_up_leaves_the_rest_to_the_next_one(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(url: str, messages: object) -> int:
        clock.shift(100)
        return send(url, messages)  # type: ignore[arg-type]  # passed through

    send = sqs.send
    monkeypatch.setattr(sqs, "send", slow)
    monkeypatch.setattr(due_index, "_PAGE", 2)
    monkeypatch.setattr(due_poll, "SHARDS", 1)
    stands(*(parked(n, NOON + n * SECOND) for n in of_shard(0, 7)))
    first = poll()
    assert (first["parked"], first["finished"]) == (6, False)
    assert DispatchTable("DispatchTable").position(Lane.PARKED, 0).sent_until < NOON + HORIZON
    clock.move_to((NOON + 5 * MINUTE) / SECOND)
    second = poll()
    assert (second["parked"], second["finished"]) == (1, True)
    assert ids(aws) == sorted(str(an_id(n)) for n in of_shard(0, 7))


@pytest.mark.parametrize(
    ("lane", "due_in"),
    [
        (Lane.PARKED, HORIZON),
        (Lane.PARKED, 5 * MINUTE),
        (Lane.PARKED, 0),
        (Lane.PARKED, -20 * MINUTE),
        (Lane.NEW, 0),
        (Lane.NEW, -30 * SECOND),
        (Lane.NEW, -2 * MINUTE),
        (Lane.NEW, -20 * MINUTE),
    ],
)
@pytest.mark.parametrize("page", [3, 12, 500])
def test_forty_due_at_one_moment_with_time_for_twelve_a_poll_are_sent_by_four_polls_and_none_twice(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, lane: Lane, due_in: int, page: int
) -> None:
    def slow(url: str, messages: object) -> int:
        sent = send(url, messages)  # type: ignore[arg-type]  # passed through
        clock.shift(230 / (12 / min(4, page)))
        return sent

    send = sqs.send
    monkeypatch.setattr(sqs, "send", slow)
    monkeypatch.setattr(due_index, "_PAGE", page)
    monkeypatch.setattr(due_poll, "AT_ONCE", 4)
    monkeypatch.setattr(due_poll, "SHARDS", 1)
    those = of_shard(0, 40)
    stands(*(a_notification(n, at=NOON - HOUR, lane=lane, due_at=NOON + due_in) for n in those))
    answers = []
    for number in range(4):
        clock.move_to((NOON + number * 5 * MINUTE) / SECOND)
        answers.append(poll())
    assert [answer[lane.value] for answer in answers] == [12, 12, 12, 4]
    assert [answer["finished"] for answer in answers] == [False, False, False, True]
    assert ids(aws) == sorted(str(an_id(n)) for n in those)


def test_a_row_of_dispatch_table_that_an_older_version_wrote_counts_as_finished(
    aws: Aws, clock: time_machine.Traveller
) -> None:
    del clock
    aws.dynamodb.put_item(
        TableName="DispatchTable", Item={"name": {"S": "new#0"}, "sent_until": {"N": str(NOON - 5 * MINUTE)}}
    )
    first, second, third = of_shard(0, 3)
    stands(
        a_notification(first, due_at=NOON - 6 * MINUTE - 1),
        a_notification(second, due_at=NOON - 6 * MINUTE),
        a_notification(third, due_at=NOON - 5 * MINUTE),
    )
    assert poll()["new"] == 2
    assert ids(aws) == sorted([str(an_id(second)), str(an_id(third))])


@pytest.mark.parametrize(
    "position",
    [
        Position(),
        Position(NOON),
        Position(NOON, an_id(1)),
        Position(NOON, an_id(1), NOON + 1),
        Position(1, an_id(200), 1),
        Position(0, an_id(3), 0),
    ],
)
def test_a_position_is_read_as_it_was_noted(aws: Aws, position: Position) -> None:
    table = DispatchTable("DispatchTable")
    table.save_position(Lane.NEW, 3, Position(NOON - 1, an_id(9), NOON))
    table.save_position(Lane.NEW, 3, position)
    assert table.position(Lane.NEW, 3) == position
    [item] = aws.items("DispatchTable")
    assert item["sent_until"] == position.sent_until


@pytest.mark.parametrize("gone", [False, True])
@pytest.mark.parametrize("place", range(6))
def test_the_index_goes_on_behind_a_row_whether_or_not_it_is_still_there(aws: Aws, place: int, *, gone: bool) -> None:
    numbers, index = of_shard(0, 6), DueIndex("NotificationTable")
    stands(*(a_notification(n, due_at=NOON) for n in numbers))
    rows = [row for page in index.pages(Lane.NEW, 0, NOON, NOON) for row in page]
    one = rows[place]
    if gone:
        key = {"order_key": {"S": one.id.order_key}, "digest": {"S": one.id.digest}}
        aws.dynamodb.delete_item(TableName="NotificationTable", Key=key)
    found = [row for page in index.pages(Lane.NEW, 0, NOON, NOON, one.id) for row in page]
    assert found == rows[place + 1 :]


def test_a_poll_that_dies_before_it_notes_how_far_it_came_is_repeated_by_the_next(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands(parked(1, NOON + MINUTE))
    with monkeypatch.context() as patch:
        patch.setattr(DispatchTable, "save_position", dies)
        with pytest.raises(ExceptionGroup):
            poll()
    clock.shift(300)
    assert poll()["parked"] == 1
    assert len(aws.messages("DeliveryQueue")) == 2
