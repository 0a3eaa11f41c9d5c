"""The poll against the tables and queues of the template."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
import time_machine

from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.notification import SHARDS, Lane
from herald.messaging import sqs
from herald.messaging.delivery_queue import DeliveryQueue
from herald.store.dispatch_table import DispatchTable, Position
from herald.store.dynamodb import TableUnavailable
from herald.store.indexes.due_index import DueIndex
from herald.store.items.notification_item import shard_of
from tests.support.aws.aws_stack import Aws, Context
from tests.support.emitted_metrics import emitted
from tests.support.factories import NOON, a_notification, a_partner, an_id
from tests.support.functions.dispatcher import (
    delays,
    dispatcher,
    due_of,
    failed,
    parked,
    poll,
    registered,
    sent,
    stands,
)
from tests.support.paths import EVENTS
from tests.support.request_counter import Meter

HORIZON = 5 * MINUTE + 90 * SECOND


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


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
    monkeypatch.setattr("dispatcher.due_poll.DEEP", 2)
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
    monkeypatch.setattr("herald.store.indexes.due_index._PAGE", 2)
    monkeypatch.setattr("dispatcher.due_poll.SHARDS", 1)
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
    monkeypatch.setattr("herald.store.indexes.due_index._PAGE", page)
    monkeypatch.setattr("dispatcher.due_poll._AT_ONCE", 4)
    monkeypatch.setattr("dispatcher.due_poll.SHARDS", 1)
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
        patch.setattr(DispatchTable, "remember", dies)
        with pytest.raises(ExceptionGroup):
            poll()
    clock.shift(300)
    assert poll()["parked"] == 1
    assert len(aws.messages("DeliveryQueue")) == 2


def test_one_poll_at_a_time(aws: Aws) -> None:
    stands(a_notification(1))
    assert DispatchTable("DispatchTable").take_lease("another", NOON, NOON + MINUTE)
    assert poll() == {"ran": False, "anotherUntil": "2026-11-23T12:01:00.000Z"}
    assert aws.messages("DeliveryQueue") == []
    DispatchTable("DispatchTable").end_lease("another")
    assert poll()["new"] == 1


def test_a_poll_ends_its_lease_even_when_it_fails(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(DispatchTable, "remember", dies)
        with pytest.raises(ExceptionGroup):
            poll()
    assert poll()["ran"]
    assert all(item["name"] != "lease" for item in aws.items("DispatchTable"))


@pytest.mark.parametrize("every", [2, 5, 13])
def test_the_lease_of_a_poll_that_was_killed_does_not_keep_the_next_one_from_running(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    del aws
    monkeypatch.setenv("DISPATCH_EVERY", str(every))
    with monkeypatch.context() as patch:
        patch.setattr(DispatchTable, "end_lease", lambda *_: None)
        clock.shift(59)
        poll()
    clock.move_to(NOON / SECOND + every * 60)  # from the last second of one minute to the first of another
    assert poll()["ran"]


@pytest.mark.parametrize(("after", "runs"), [(0, 0), (5, 0), (29, 0), (30, 1), (55, 1), (60, 1), (120, 1)])
def test_the_lease_of_a_poll_that_was_killed_lasts_half_a_minute(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, after: int, *, runs: bool
) -> None:
    del aws
    with monkeypatch.context() as patch:
        patch.setattr(DispatchTable, "end_lease", lambda *_: None)
        poll()
    clock.shift(after)
    answer = poll()
    assert answer["ran"] == runs
    assert answer.get("anotherUntil") == (None if runs else "2026-11-23T12:00:30.000Z")


def test_a_poll_that_works_for_longer_than_its_lease_keeps_it(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(url: str, messages: object) -> int:
        clock.shift(100)
        for _ in range(2):  # the first may have begun before the clock moved
            renewed.clear()
            assert renewed.wait(30)
        others.append(leases.take_lease("another", now(), NOON + HOUR))
        return send(url, messages)  # type: ignore[arg-type]  # passed through

    def renew_lease(self: DispatchTable, poll_id: str, until: int) -> bool:
        still = renew(self, poll_id, until)
        renewed.set()
        return still

    leases, others, renewed = DispatchTable("DispatchTable"), list[bool](), Event()
    send, renew = sqs.send, DispatchTable.renew_lease
    monkeypatch.setattr(sqs, "send", slow)
    monkeypatch.setattr(DispatchTable, "renew_lease", renew_lease)
    monkeypatch.setattr("dispatcher.lease.RENEW_EVERY", 10)  # ms
    stands(a_notification(1))
    assert poll()["new"] == 1
    assert set(others) == {False}
    assert leases.lease_until() is None
    assert aws.messages("DeliveryQueue")


def test_a_lease_that_another_poll_has_taken_or_ended_is_not_renewed(aws: Aws) -> None:
    del aws
    leases = DispatchTable("DispatchTable")
    assert not leases.renew_lease("mine", NOON + MINUTE)
    assert leases.take_lease("mine", NOON, NOON + MINUTE)
    assert leases.renew_lease("mine", NOON + 2 * MINUTE)
    assert leases.lease_until() == NOON + 2 * MINUTE
    assert leases.take_lease("another", NOON + 2 * MINUTE, NOON + 3 * MINUTE)
    assert not leases.renew_lease("mine", NOON + 4 * MINUTE)
    assert leases.lease_until() == NOON + 3 * MINUTE


@pytest.mark.parametrize(
    ("where", "fault"),
    [
        ("herald.store.indexes.due_index.DueIndex.count", TableUnavailable("ReadTimeoutError")),
        ("herald.store.indexes.due_index.DueIndex.first", TableUnavailable("ThrottlingException")),
        ("herald.store.indexes.attention_index.AttentionIndex.count", TableUnavailable("InternalServerError")),
        ("herald.store.dispatch_table.DispatchTable.note_backlog", TableUnavailable("RequestLimitExceeded")),
        ("herald.store.indexes.due_index.DueIndex.count", ValueError("a bug")),
        ("herald.store.indexes.attention_index.AttentionIndex.count", KeyError("due_at")),
    ],
)
def test_a_measurement_that_fails_is_counted_and_the_poll_has_done_its_work(
    aws: Aws,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    where: str,
    fault: Exception,
) -> None:
    def fails(*_: object) -> int:
        raise fault

    registered(a_partner())
    stands(sent(1, NOON - 11 * MINUTE), a_notification(2))
    monkeypatch.setattr(where, fails)
    answer = poll()
    assert (answer["ran"], answer["new"], answer["rescued"]) == (True, 1, 1)
    assert DispatchTable("DispatchTable").last_poll() == NOON
    assert len(aws.messages("DeliveryQueue")) == 2
    assert emitted(capsys.readouterr().out)["MeasurementFailed"] == [1]
    [record] = [record for record in caplog.records if record.message == "measurement failed"]
    assert record.exc_info


def test_a_poll_of_which_a_step_that_sends_failed_has_not_done_its_work(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    del aws
    monkeypatch.setattr(sqs, "send", dies)
    stands(a_notification(1))
    with pytest.raises(ExceptionGroup):
        poll()
    assert DispatchTable("DispatchTable").last_poll() is None


def test_a_lease_that_was_taken_by_a_call_whose_answer_was_lost_is_ones_own(aws: Aws) -> None:
    del aws
    leases = DispatchTable("DispatchTable")
    assert leases.take_lease("mine", NOON, NOON + MINUTE)
    assert leases.take_lease("mine", NOON, NOON + MINUTE)
    assert not leases.take_lease("another", NOON + MINUTE - 1, NOON + 2 * MINUTE)
    assert leases.take_lease("another", NOON + MINUTE, NOON + 2 * MINUTE)
    leases.end_lease("mine")  # too late: it is another's
    assert not leases.take_lease("mine", NOON + MINUTE, NOON + 3 * MINUTE)


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
    monkeypatch.setattr("dispatcher.due_poll.DEEP", depth)
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
    monkeypatch.setattr("dispatcher.due_poll.DEEP", 0)
    monkeypatch.setattr("herald.store.indexes.due_index._PAGE", 2)
    monkeypatch.setattr("dispatcher.due_poll.SHARDS", 1)
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


def test_a_step_that_fails_keeps_no_other_from_running_but_fails_the_poll(
    aws: Aws, clock: time_machine.Traveller
) -> None:
    aws.sqs.delete_queue(QueueUrl=aws.refs["DeadLetterQueue"])
    behind_every_cursor(NOON)
    stands(failed(1, NOON - 1), parked(2, NOON + HORIZON), a_notification(3, due_at=NOON), sent(4, NOON - HOUR))
    with pytest.raises(ExceptionGroup, match="steps of the poll failed"):
        poll()
    assert set(due_of(aws.messages("DeliveryQueue"))) == {str(an_id(n)) for n in (2, 3, 4)}
    clock.shift(300)
    with pytest.raises(ExceptionGroup):
        poll()


def test_a_shard_that_cannot_be_read_keeps_no_other_from_being_sent(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    def position(self: DispatchTable, lane: Lane, shard: int) -> Position:
        return read(self, lane, shard) if shard else Position(dies())

    read = DispatchTable.position
    monkeypatch.setattr(DispatchTable, "position", position)
    stands(*(a_notification(n) for n in range(40)))
    with pytest.raises(ExceptionGroup):
        poll()
    healthy = {str(an_id(n)) for n in range(40) if shard_of(an_id(n))}
    assert set(due_of(aws.messages("DeliveryQueue"))) == healthy


def test_a_poll_writes_nothing_for_each_notification(aws: Aws, clock: time_machine.Traveller) -> None:
    meter = Meter(aws)
    poll()
    idle = len(meter.writes())
    stands(*(a_notification(n, due_at=NOON + 1) for n in range(60)), *(parked(n, NOON + HOUR) for n in range(60, 120)))
    clock.move_to((NOON + HOUR) / SECOND)
    meter.calls.clear()
    assert poll()["new"] + 60 == 120
    assert len(meter.writes()) <= idle + 2 * SHARDS  # one for each page, and the pages are long
    assert {call.resource for call in meter.writes()} == {"DispatchTable"}


@pytest.mark.parametrize("event", sorted(EVENTS.glob("dispatcher_*.json")), ids=lambda path: path.stem)
def test_an_event_of_the_folder_events_polls(aws: Aws, event: Path) -> None:
    stands(a_notification(1))
    answer = dispatcher.handler(json.loads(event.read_text()), Context())
    assert (answer["ran"], answer["new"]) == (True, 1)
    assert len(aws.messages("DeliveryQueue")) == 1


def dies(*_: object) -> int:
    raise ConnectionError


def ids(aws: Aws) -> list[str]:
    """What the messages in DeliveryQueue name, each as often as there are messages of it."""
    return sorted(message["id"] for message in aws.messages("DeliveryQueue"))


def of_shard(shard: int, count: int) -> list[int]:
    return [n for n in range(1_000) if shard_of(an_id(n)) == shard][:count]


def behind_every_cursor(moment: int) -> None:
    """As if the last poll had sent everything up to this moment."""
    for lane in (Lane.NEW, Lane.PARKED):
        for shard in range(SHARDS):
            DispatchTable("DispatchTable").save_position(lane, shard, Position(moment))
