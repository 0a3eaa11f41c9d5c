"""A step of the poll that fails does not keep the others from running."""

import pytest
import time_machine

from herald.domain.clock import HOUR, MINUTE, SECOND
from herald.domain.notification import SHARDS, Lane
from herald.messaging import sqs
from herald.store.dispatch_table import DispatchTable, Position
from herald.store.dynamodb import TableUnavailable
from herald.store.indexes.attention_index import AttentionIndex
from herald.store.indexes.due_index import DueIndex
from herald.store.items.notification_item import shard_of
from tests.support.aws.aws_stack import Aws
from tests.support.emitted_metrics import emitted
from tests.support.factories import NOON, a_notification, a_partner, an_id
from tests.support.functions.dispatcher import (
    HORIZON,
    behind_every_cursor,
    dies,
    due_of,
    failed,
    parked,
    poll,
    registered,
    sent,
    stands,
)
from tests.support.request_counter import Meter


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        ((DueIndex, "count"), TableUnavailable("ReadTimeoutError")),
        ((DueIndex, "first"), TableUnavailable("ThrottlingException")),
        ((AttentionIndex, "count"), TableUnavailable("InternalServerError")),
        ((DispatchTable, "note_backlog"), TableUnavailable("RequestLimitExceeded")),
        ((DueIndex, "count"), ValueError("a bug")),
        ((AttentionIndex, "count"), KeyError("due_at")),
    ],
)
def test_a_measurement_that_fails_is_counted_and_the_poll_has_done_its_work(
    aws: Aws,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    call: tuple[type, str],
    fault: Exception,
) -> None:
    def fails(*_: object) -> int:
        raise fault

    registered(a_partner())
    stands(sent(1, NOON - 11 * MINUTE), a_notification(2))
    monkeypatch.setattr(*call, fails)
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
