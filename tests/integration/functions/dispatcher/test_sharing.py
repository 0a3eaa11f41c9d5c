"""A poll with much to send shares it with further invocations: nothing is lost, and nothing sent twice without need."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from dispatcher import app as dispatcher
from dispatcher import lease
from dispatcher.due import due_poll
from herald.domain.clock import HOUR, MINUTE, SECOND
from herald.domain.notification import Lane
from herald.messaging import sqs
from herald.messaging.delivery_queue import DeliveryQueue
from herald.store.dispatch_table import DispatchTable, Position
from herald.store.indexes import due_index
from tests.support.aws.aws_stack import Aws, Context
from tests.support.emitted_metrics import blobs, emitted
from tests.support.factories import NOON, a_notification, a_partner, an_id
from tests.support.functions.breakers import a_partner_with, open_breaker_of
from tests.support.functions.dispatcher import (
    HORIZON,
    delays,
    dies,
    ids,
    of_shard,
    parked,
    poll,
    registered,
    stands,
)
from tests.support.functions.sharing import (
    Answer,
    Fate,
    LambdaService,
    crashes,
    is_lost_at_once,
    is_throttled,
    runs,
    runs_and_its_response_is_lost,
)
from tests.support.request_counter import Meter

PAGE = 2


@pytest.fixture
def service(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> LambdaService:
    """Small pages, of which a poll sends one itself."""
    del aws
    monkeypatch.setattr(due_index, "_PAGE", PAGE)
    monkeypatch.setattr(due_poll, "PAGES_ALONE", 1)
    return LambdaService()


def due_now(count: int, shard: int = 3) -> list[str]:
    """So many new ones stand in a shard; their ids."""
    numbers = of_shard(shard, count)
    long_ago = NOON - 2 * MINUTE  # before the overlap of the next poll
    stands(*(a_notification(n, at=long_ago - n, due_at=long_ago - n) for n in numbers))
    return sorted(str(an_id(n)) for n in numbers)


def test_what_exceeds_the_first_pages_of_a_shard_is_sent_by_another_invocation(
    aws: Aws, service: LambdaService
) -> None:
    those = due_now(9)
    answer = poll()
    assert (answer["new"], answer["finished"]) == (9, True)
    assert ids(aws) == those
    [share] = [event["share"] for event in service.events]
    assert (share["lane"], share["shard"], share["endsAt"]) == ("new", 3, NOON + 230 * SECOND)
    assert DispatchTable("DispatchTable").position(Lane.NEW, 3) == Position(NOON)


def test_each_large_shard_has_an_invocation_of_its_own(aws: Aws, service: LambdaService) -> None:
    those = sorted(due_now(5, 1) + due_now(6, 2) + due_now(2, 4))
    assert poll()["new"] == 13
    assert ids(aws) == those
    assert sorted(event["share"]["shard"] for event in service.events) == [1, 2]


def test_a_share_of_parked_ones_sends_each_with_its_exact_delay(aws: Aws, service: LambdaService) -> None:
    numbers = of_shard(0, 6)
    stands(*(parked(n, NOON + place * 30 * SECOND) for place, n in enumerate(numbers)))
    assert poll()["parked"] == 6
    assert delays(aws) == [0, 30, 60, 90, 120, 150]
    assert [event["share"]["until"] for event in service.events] == [NOON + HORIZON]


def test_metrics_of_a_shared_poll_are_emitted_once_by_the_poll(
    aws: Aws, service: LambdaService, capsys: pytest.CaptureFixture[str]
) -> None:
    del aws
    due_now(9)
    poll()
    printed = capsys.readouterr().out
    assert service.events
    assert len(blobs(printed)) == 1
    found = emitted(printed)
    assert (sum(found["Dispatched"]), found["PollCutShort"]) == (9, [0])
    assert len(found["PollDuration"]) == len(found["OldestOverdue"]) == 1


def test_a_poll_without_much_to_send_makes_no_more_requests_than_before(
    aws: Aws, service: LambdaService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEW_EVERY", HOUR)  # the clock stands, but not that of the machine
    meter = Meter(aws)
    poll()
    assert service.events == []
    assert meter.requests("dynamodb") == {
        "PutItem": 1 + 16 + 2,  # the lease; a position for each lane and shard; backlog and last poll
        "GetItem": 16,
        "Query": 16 + 8 + 24 + 24,  # two lanes, alerts, rescue, and the first row of each list
        "Scan": 3,
        "DeleteItem": 1,
    }
    due_now(PAGE)
    poll()
    assert service.events == []


@pytest.mark.parametrize("fate", [is_throttled, crashes])
def test_a_shard_that_no_invocation_takes_is_sent_by_the_poll(aws: Aws, service: LambdaService, fate: Fate) -> None:
    service.fate = fate
    those = due_now(9)
    answer = poll()
    assert (answer["new"], answer["finished"]) == (9, True)
    assert ids(aws) == those


def test_what_an_invocation_sent_before_it_crashed_is_not_sent_again(aws: Aws, service: LambdaService) -> None:
    def crashes_in_the_middle(event: dict[str, Any]) -> Answer:
        saves: list[Callable[..., object]] = [save, save, dies]

        def save_or_die(table: DispatchTable, lane: Lane, shard: int, position: Position) -> None:
            saves.pop(0)(table, lane, shard, position)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(DispatchTable, "save_position", save_or_die)
            with pytest.raises(ConnectionError):
                runs(event)
        return crashes(event)

    save = DispatchTable.save_position
    service.fate = crashes_in_the_middle
    those = due_now(9)
    assert poll()["finished"] is True
    sent = ids(aws)
    assert sorted(set(sent)) == those
    assert len(sent) == 9 + PAGE  # of one page the position was not saved


@pytest.mark.parametrize(("fate", "left"), [(runs_and_its_response_is_lost, 0), (is_lost_at_once, 7)])
def test_a_poll_that_does_not_hear_of_its_share_is_unfinished_and_the_next_one_sends_what_is_left(
    aws: Aws,
    service: LambdaService,
    clock: time_machine.Traveller,
    fate: Fate,
    left: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    service.fate = fate
    those = due_now(9)
    assert poll()["finished"] is False
    assert emitted(capsys.readouterr().out)["PollCutShort"] == [1]
    aws.sqs.purge_queue(QueueUrl=aws.refs["DeliveryQueue"])
    service.fate = runs
    clock.shift(300)
    assert poll()["new"] == left
    assert set(ids(aws)) <= set(those)


def share_of(poll_id: str, **changes: Any) -> dict[str, Any]:
    """What a poll at noon hands over of the lane `new` of shard 3."""
    share = {
        "pollId": poll_id,
        "lane": "new",
        "shard": 3,
        "overlap": MINUTE,
        "until": NOON,
        "beganAt": NOON,
        "endsAt": NOON + 230 * SECOND,
        "every": 5 * MINUTE,
        "leftOut": [],
    }
    return {"share": {**share, **changes}}


def carry_out(event: dict[str, Any], timeout: int = 240 * SECOND) -> dict[str, Any]:
    answer: dict[str, Any] = dispatcher.handler(event, Context(timeout=timeout))
    return answer


def take_lease(poll_id: str = "mine") -> None:
    assert DispatchTable("DispatchTable").take_lease(poll_id, NOON, NOON + MINUTE)


def test_a_share_goes_on_after_its_poll_was_killed_until_another_poll_takes_the_lease(
    aws: Aws, service: LambdaService, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    del service

    def send(self: DeliveryQueue, dues: Any, moment: int) -> int:
        if not taken and len(ids(aws)) == 2 * PAGE:
            clock.shift(61)
            taken.append(DispatchTable("DispatchTable").take_lease("another", NOON + 61 * SECOND, NOON + HOUR))
        return unchanged(self, dues, moment)

    taken, unchanged = list[bool](), DeliveryQueue.send
    monkeypatch.setattr(DeliveryQueue, "send", send)
    take_lease()
    due_now(9)
    assert carry_out(share_of("mine")) == {"sent": 3 * PAGE, "finished": False}  # the page under way, and no further
    assert taken == [True]
    assert carry_out(share_of("another")) == {"sent": 9 - 3 * PAGE, "finished": True}


@pytest.mark.usefixtures("service")
def test_a_share_of_a_poll_that_has_ended_sends_nothing(aws: Aws) -> None:
    due_now(9)
    assert carry_out(share_of("ended")) == {"sent": 0, "finished": False}
    assert ids(aws) == []


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(("change", "timeout"), [({"endsAt": NOON}, 240 * SECOND), ({}, 10 * SECOND)])
def test_a_share_that_begins_too_late_sends_nothing_and_leaves_the_position(
    aws: Aws, change: dict[str, Any], timeout: int
) -> None:
    take_lease()
    due_now(9)
    assert carry_out(share_of("mine", **change), timeout) == {"sent": 0, "finished": False}
    assert ids(aws) == []
    assert DispatchTable("DispatchTable").position(Lane.NEW, 3) == Position()


def test_a_share_leaves_out_what_an_open_breaker_holds_back(aws: Aws, service: LambdaService) -> None:
    registered(a_partner_with(open_breaker_of(probe_until=NOON + MINUTE), partner_id=7), a_partner())
    numbers = of_shard(5, 12)
    those = [a_notification(n, partner_id=7 if n % 3 == 0 else 3528, due_at=NOON - 1) for n in numbers]
    stands(*those)
    assert poll()["finished"] is True
    assert service.events[0]["share"]["leftOut"] == [7]
    assert ids(aws) == sorted(str(one.id) for one in those if one.id.partner_id != 7)


@pytest.mark.usefixtures("service")
def test_a_share_of_which_one_request_fails_sends_the_others_of_the_page_and_leaves_the_position(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_once(url: str, messages: Any) -> int:
        some = list(messages)
        if any(first in message["MessageBody"] for message in some):
            raise sqs.QueueUnavailable
        return send(url, some)

    send = sqs.send
    monkeypatch.setattr(due_index, "_PAGE", 40)
    take_lease()
    those = due_now(25)
    first = those[0]
    monkeypatch.setattr(sqs, "send", fails_once)
    with pytest.raises(sqs.QueueUnavailable):
        carry_out(share_of("mine"))
    assert len(ids(aws)) in {15, 20}
    assert DispatchTable("DispatchTable").position(Lane.NEW, 3) == Position()
    monkeypatch.setattr(sqs, "send", send)
    assert carry_out(share_of("mine")) == {"sent": 25, "finished": True}
    assert set(ids(aws)) == set(those)


def test_a_share_records_no_metrics(
    aws: Aws, service: LambdaService, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    del aws, service
    take_lease()
    due_now(9)
    carry_out(share_of("mine"))
    assert blobs(capsys.readouterr().out) == []
    [record] = [record for record in caplog.records if record.message == "share of a poll"]
    assert (record.sent, record.shard) == (9, 3)  # type: ignore[attr-defined]  # extra fields


WRONG: list[Callable[[dict[str, Any]], Any]] = [
    lambda share: share.pop("until"),
    lambda share: share.update(lane="else"),
]


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("change", WRONG)
def test_a_share_that_this_version_cannot_read_fails(change: Callable[[dict[str, Any]], Any]) -> None:
    event = share_of("mine")
    change(event["share"])
    with pytest.raises((KeyError, ValueError)):
        carry_out(event)
