"""What each function emits, in CloudWatch's embedded metric format, of what it did."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from dead_letter import app as dead_letter
from deliverer.metrics import CLASSES
from herald.domain.attempt import Verdict
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.decisions.decisions import redrive
from herald.domain.notification import Lane
from herald.domain.partner import ReviewState
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import emits_metrics, flush, record
from herald.store.notification_table import NotificationTable
from herald.store.partner_attributes.alert_throttle import AlertThrottle
from herald.store.partner_table import PartnerTable
from receiver import app as receiver
from submission.metrics import REFUSED as REFUSALS
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import STACK_NAME, Aws
from tests.support.emitted_metrics import blobs, emitted, only
from tests.support.factories import NOON, PARTNER_ID, PAYLOAD, a_notification, a_partner, an_outcome
from tests.support.functions.deliverer import Poster, deliver, employed, queued
from tests.support.functions.dispatcher import (
    current,
    failed,
    held,
    notifications,
    parked,
    poll,
    registered,
    sent,
    stands,
)
from tests.support.http.http_events import api_event
from tools.cloudwatch.log_lines import embedded

PUBLISHER = {"role": "publisher", "name": "shop"}

type Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def clock(aws: Aws) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - the partner is registered in it
    flush()
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        registered(a_partner())
        yield traveller


@pytest.fixture
def poster(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Poster:  # noqa: ARG001 - its environment
    return employed(monkeypatch)


def submit(payload: str = PAYLOAD, caller: dict[str, str] = PUBLISHER) -> int:
    answer = receiver.handler(api_event("POST", "/notifications", payload, caller=caller), None)
    return int(answer["statusCode"])


# ── The form ──


def test_an_invocation_emits_one_line_with_the_stack_as_its_only_dimension(capsys: Printed) -> None:
    submit()
    [line] = blobs(capsys.readouterr().out)
    [(metric, moment, values)] = embedded(line)
    assert (metric.namespace, metric.name, values) == ("Herald", "Accepted", [1])
    assert metric.dimensions == {("service", STACK_NAME)}
    assert moment == now()


def test_an_invocation_that_measured_nothing_emits_nothing(capsys: Printed) -> None:
    emits_metrics(lambda: None)()
    assert blobs(capsys.readouterr().out) == []


def test_what_was_measured_is_emitted_also_when_the_invocation_fails(capsys: Printed) -> None:
    def fails() -> None:
        record(Metric.ACCEPTED)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        emits_metrics(fails)()
    assert emitted(capsys.readouterr().out) == {"Accepted": [1]}


@pytest.mark.parametrize("count", [99, 100, 101, 250])
def test_more_values_than_a_line_holds_go_into_further_lines(capsys: Printed, count: int) -> None:
    for value in range(count):
        record(Metric.LATENESS, value)
    flush()
    printed = capsys.readouterr().out
    assert emitted(printed) == {"Lateness": list(range(count))}
    assert all(len(values) <= 100 for line in blobs(printed) for _, _, values in embedded(line))


# ── The receiver ──


def test_a_notification_counts_as_accepted_once_and_then_as_a_duplicate(
    capsys: Printed, clock: time_machine.Traveller
) -> None:
    for _ in range(3):
        assert submit() == 200
        clock.shift(1)
    assert emitted(capsys.readouterr().out) == {"Accepted": [1], "Duplicates": [1, 1]}


@pytest.mark.parametrize(
    ("payload", "caller", "metric"),
    [
        ("{}", PUBLISHER, Metric.REFUSED_INVALID),
        (PAYLOAD, {"role": "partner", "name": "x"}, Metric.REFUSED_ROLE),
        (PAYLOAD.replace("3528", "99"), PUBLISHER, Metric.REFUSED_UNKNOWN_PARTNER),
        (PAYLOAD.replace("15354", "1" * 400_000), PUBLISHER, Metric.REFUSED_TOO_LARGE),
    ],
)
def test_a_refused_submission_counts_by_its_class(
    capsys: Printed, payload: str, caller: dict[str, str], metric: Metric
) -> None:
    submit(payload, caller)
    assert emitted(capsys.readouterr().out) == {metric.title: [1]}


def test_what_could_not_be_stored_counts_as_our_fault(capsys: Printed, network: Network) -> None:
    with network.throttles("PutItem"):
        assert submit() == 503
    assert emitted(capsys.readouterr().out) == {"NotStored": [1]}


def test_every_refusal_of_the_receiver_has_its_class() -> None:
    assert {status.value for status in REFUSALS} == {400, 403, 404, 413, 500, 503}


# ── The deliverer ──


def test_a_first_attempt_that_succeeds_counts_with_its_latency(aws: Aws, poster: Poster, capsys: Printed) -> None:
    one = a_notification(at=NOON - 2 * SECOND)
    stands(one)
    queued(aws, one)
    poster.answering = lambda _: an_outcome(success=True, at=now())
    deliver(aws)
    assert emitted(capsys.readouterr().out) == {
        "MessageWithoutAttempt": [0],
        "AttemptSuccess": [1],
        "FirstAttemptSuccess": [1],
        "Delivered": [1],
        "DeliveredFirst": [1],
        "DeliveryLatency": [2.04],
    }


def test_a_canary_counts_as_delivered_and_not_in_the_success_rate(
    aws: Aws, poster: Poster, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARY_PARTNER_ID", str(PARTNER_ID))
    one = a_notification()
    stands(one)
    queued(aws, one)
    poster.answering = lambda _: an_outcome(success=True, at=now())
    deliver(aws)
    found = emitted(capsys.readouterr().out)
    assert found["Delivered"] == [1]
    assert "FirstAttemptSuccess" not in found


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.SUCCESS])
def test_an_attempt_that_fails_counts_by_the_class_of_its_verdict(
    aws: Aws, poster: Poster, capsys: Printed, verdict: Verdict
) -> None:
    one = sent(1, NOON - 3 * SECOND)
    stands(one)
    queued(aws, one)
    poster.answering = lambda _: an_outcome(at=now(), verdict=verdict)
    deliver(aws)
    expected = {"MessageWithoutAttempt": [0], "AttemptSuccess": [0], "Lateness": [3], CLASSES[verdict].title: [1]}
    assert emitted(capsys.readouterr().out) == expected


def test_a_batch_emits_one_line(aws: Aws, poster: Poster, capsys: Printed) -> None:  # noqa: ARG001 - it answers
    those = [sent(n, NOON) for n in range(10)]
    stands(*those)
    queued(aws, *those)
    deliver(aws)
    printed = capsys.readouterr().out
    assert len(blobs(printed)) == 1
    assert only(emitted(printed), ("Delivered", "AttemptSuccess")) == {
        "Delivered": [1] * 10,
        "AttemptSuccess": [1] * 10,
    }


def test_the_end_of_the_ladder_counts_as_exhausted(aws: Aws, poster: Poster, capsys: Printed) -> None:
    last = a_notification(lane=Lane.SENT, turn=11, attempt=11)
    stands(last)
    queued(aws, last)
    poster.refuses()
    deliver(aws)
    assert emitted(capsys.readouterr().out)["Exhausted"] == [1]


def test_a_resend_of_what_was_delivered_has_no_latency(aws: Aws, poster: Poster, capsys: Printed) -> None:
    one = a_notification()
    stands(one)
    queued(aws, one)
    deliver(aws)
    delivered = current(one.id)
    again = redrive(delivered, "alice", "they lost it", now())
    notifications().save(delivered, again)
    queued(aws, again)
    capsys.readouterr()
    deliver(aws)
    found = emitted(capsys.readouterr().out)
    assert found["Delivered"] == [1]
    assert {"DeliveryLatency", "DeliveredFirst"} & set(found) == set()
    assert len(poster.posts) == 2


def test_a_message_that_comes_twice_counts_as_one_without_an_attempt(aws: Aws, poster: Poster, capsys: Printed) -> None:
    one = a_notification()
    stands(one)
    queued(aws, one, one)
    deliver(aws, limit=1)
    deliver(aws, limit=1)
    assert emitted(capsys.readouterr().out)["MessageWithoutAttempt"] == [0, 1]
    assert len(poster.posts) == 1


def test_a_claim_that_somebody_left_behind_counts_as_stale(aws: Aws, poster: Poster, capsys: Printed) -> None:
    one = a_notification(claims=1, claim_id="gone", claim_until=NOON - SECOND)
    stands(one)
    queued(aws, one)
    deliver(aws)
    assert emitted(capsys.readouterr().out)["StaleClaims"] == [1]
    assert len(poster.posts) == 1


def test_what_is_held_counts(aws: Aws, poster: Poster, capsys: Printed) -> None:
    registered(a_partner(7001, state=ReviewState.SUSPENDED))
    one = a_notification(partner_id=7001)
    stands(one)
    queued(aws, one)
    deliver(aws)
    assert emitted(capsys.readouterr().out) == {"MessageWithoutAttempt": [0], "Held": [1]}
    assert poster.posts == []


def test_every_verdict_but_success_has_its_class() -> None:
    assert set(CLASSES) == set(Verdict) - {Verdict.SUCCESS}


# ── The poll ──

POLL = {
    "Dispatched": [0, 0],
    "Rescued": [0],
    "Released": [0],
    "PollDuration": [0],
    "PollCutShort": [0],
    "MeasurementFailed": [0],
    "Waiting": [0],
    "DueBacklog": [0],
    "BacklogGrowth": [0],
    "OldestOverdue": [0],
    "WorkListFailed": [0],
    "WorkListHeld": [0],
    "BreakersOpen": [0],
    "WaitingHeldBack": [0],
}


def test_a_poll_that_finds_nothing_says_so(capsys: Printed) -> None:
    poll()
    assert emitted(capsys.readouterr().out) == POLL


def test_a_poll_counts_what_waits_and_what_of_it_is_late(capsys: Printed) -> None:
    stands(sent(1, NOON - 90 * SECOND), sent(2, NOON - SECOND), sent(3, NOON + HOUR), parked(4, NOON + 2 * HOUR))
    poll()
    wanted = {"Waiting": [4], "DueBacklog": [2], "OldestOverdue": [90]}
    assert only(emitted(capsys.readouterr().out), wanted) == wanted


def test_what_is_new_is_late_from_the_poll_after_it(capsys: Printed) -> None:
    stands(a_notification(1, at=NOON - 4 * MINUTE), a_notification(2, at=NOON - 7 * MINUTE))
    poll()
    wanted = {"Dispatched": [0, 2], "Waiting": [2], "DueBacklog": [1], "OldestOverdue": [120]}
    assert only(emitted(capsys.readouterr().out), wanted) == wanted


def test_the_growth_of_the_backlog_is_reckoned_from_the_poll_before(
    capsys: Printed, clock: time_machine.Traveller
) -> None:
    stands(sent(1, NOON), sent(2, NOON + 3 * MINUTE), sent(3, NOON + 4 * MINUTE))
    for _ in range(3):
        poll()
        clock.shift(5 * 60)
    assert emitted(capsys.readouterr().out)["BacklogGrowth"] == [0, 2, 0]


def test_a_poll_whose_time_does_not_suffice_says_so(capsys: Printed) -> None:
    stands(a_notification())
    poll(timeout=5 * SECOND)
    assert emitted(capsys.readouterr().out)["PollCutShort"] == [1]


def test_a_lost_message_counts_as_rescued(capsys: Printed) -> None:
    stands(sent(1, NOON - 11 * MINUTE))
    poll()
    assert emitted(capsys.readouterr().out)["Rescued"] == [1]


def test_the_work_list_counts_those_partners_that_are_in_trouble(capsys: Printed) -> None:
    registered(a_partner(7001, state=ReviewState.SUSPENDED), a_partner(7002))
    stands(failed(1, NOON), failed(2, NOON), *(held(n, NOON, partner_id=7001) for n in (3, 4, 5)))
    stands(held(6, NOON, partner_id=7002))  # it may receive: the poll is about to release it
    AlertThrottle("PartnerTable").record_failure(failed(1, NOON).id, NOON)
    poll()
    wanted = {"WorkListFailed": [2], "WorkListHeld": [4], "Released": [1]}
    assert only(emitted(capsys.readouterr().out), wanted) == wanted


def test_a_poll_that_had_no_time_for_releases_alone_is_not_cut_short(
    capsys: Printed, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*arguments: Any) -> Any:
        clock.shift(300)
        return read(*arguments)

    read = NotificationTable.get
    monkeypatch.setattr(NotificationTable, "get", slow)
    stands(*(held(n, NOON) for n in range(20)))
    assert not poll()["finished"]
    wanted = {"Released": [10], "PollCutShort": [0]}
    assert only(emitted(capsys.readouterr().out), wanted) == wanted


# ── Dead letters ──


def test_dead_letters_alerts_and_recoveries_count(aws: Aws, capsys: Printed, clock: time_machine.Traveller) -> None:
    those = [failed(1, NOON), failed(2, NOON)]
    stands(*those)
    poll()
    aws.drain(dead_letter.handler, "DeadLetterQueue")
    wanted = ("DeadLetters", "Alerts")
    assert only(emitted(capsys.readouterr().out), wanted) == {"DeadLetters": [1, 1], "Alerts": [1]}
    for one in those:
        stored = current(one.id)
        notifications().save(stored, redrive(stored, "alice", "repaired", now()))
    clock.shift(61 * 60)
    poll()
    aws.drain(dead_letter.handler, "DeadLetterQueue")
    assert emitted(capsys.readouterr().out)["Recoveries"] == [1]
    assert {one.partner_id for one in PartnerTable("PartnerTable").all()} == {PARTNER_ID}
