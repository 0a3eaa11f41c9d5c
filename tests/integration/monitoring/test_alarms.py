"""Each alarm rings where it should and nowhere else, by CloudWatch's rules, on what the functions really emit.

What AWS itself measures (errors, throttles, durations, queues, the API) is put beside it as AWS would measure it.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from deliverer import app as deliverer
from herald.domain.breakers.partner_breaker import close_breaker
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.notification import Lane
from herald.domain.partner import Partner
from herald.domain.transitions import State
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import flush, record
from herald.store.dynamodb import TableUnavailable
from herald.store.indexes.due_index import DueIndex
from receiver import app as receiver
from tests.support.aws.alarm_watch import ALARMS, Watch
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.docs.template import ALWAYS, FUNCTION
from tests.support.factories import NOON, PAYLOAD, a_notification, a_partner
from tests.support.functions.breakers import open_breaker_of
from tests.support.functions.deliverer import Poster, deliver, employed, queued
from tests.support.functions.dispatcher import current, partners, poll, registered, sent, stands
from tests.support.http.http_events import api_event

PUBLISHER = {"role": "publisher", "name": "shop"}
TIMED = sorted(set(FUNCTION) & ALWAYS - {"JobsFunction"})

type Step = Callable[[], object]


@pytest.fixture
def clock(aws: Aws) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - the partner is registered in it
    flush()
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        registered(a_partner())
        yield traveller


class Hours:
    """A stack that works, hour by hour, and what happens to it besides."""

    def __init__(self, aws: Aws, clock: time_machine.Traveller, watch: Watch, poster: Poster) -> None:
        self.aws, self.clock, self.watch, self.poster = aws, clock, watch, poster
        self.submitted = 0

    def pass_by(self, minutes: int, each_minute: Step = lambda: None, *, polls: bool = True) -> None:
        """Minute by minute: something happens, and every fifth minute there is a poll."""
        for minute in range(minutes):
            each_minute()
            if polls and minute % 5 == 0:
                self.watch.run("DispatcherFunction", poll)
            self.watch.collect()
            self.watch.idle()
            self.clock.shift(60)

    def ordinary(self) -> None:
        """One notification comes in, and whatever is due is delivered."""
        self.submit()
        self.deliver()

    def submit(self) -> int:
        self.submitted += 1
        payload = PAYLOAD.replace("test158585", f"test{self.submitted}")
        status: int = receiver.handler(api_event("POST", "/notifications", payload, caller=PUBLISHER), None)[
            "statusCode"
        ]
        return status

    def canary(self) -> None:
        """One has arrived (tests/integration/functions/test_canary.py shows how)."""
        record(Metric.CANARY_ARRIVED)
        flush()

    def deliver(self) -> None:
        self.aws.drain(deliverer.handler, "DeliveryQueue")


@pytest.fixture
def hours(
    aws: Aws,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Hours:
    return Hours(aws, clock, Watch(capsys), employed(monkeypatch))


# ── Well ──


def test_a_run_in_which_all_goes_well_raises_no_alarm(hours: Hours) -> None:
    for _ in range(8):
        hours.pass_by(10, hours.ordinary)
        assert hours.watch.ringing() == set()
    assert hours.submitted == 80


def test_a_partner_that_is_down_for_an_hour_raises_none_as_long_as_most_first_attempts_succeed(hours: Hours) -> None:
    registered(a_partner(7001))
    down = [a_notification(n, partner_id=7001, lane=Lane.SENT, attempt=2, turn=2) for n in range(3)]
    stands(*down)
    queued(hours.aws, *down)
    hours.poster.answering = lambda post: answer(success="7001" not in post.url)
    hours.pass_by(60, hours.ordinary)
    assert hours.watch.ringing() == set()


def answer(*, success: bool) -> Any:
    return Poster().answering(None) if success else refusal()  # type: ignore[arg-type] # it looks at no post


def refusal() -> Any:
    refusing = Poster()
    refusing.refuses()
    return refusing.answering(None)  # type: ignore[arg-type] # likewise


# ── Not well: what polls and attempts measure ──


def test_silence_raises_its_alarm_and_no_other_one(hours: Hours) -> None:
    hours.pass_by(30, hours.ordinary)
    hours.pass_by(10, polls=False)
    assert hours.watch.ringing() == set()
    hours.pass_by(3, polls=False)
    assert hours.watch.ringing() == {
        "NoPollAlarm"
    }  # 18 minutes after the last poll: CloudWatch looks back some further


def test_polls_that_come_as_seldom_as_they_may_are_no_silence(hours: Hours) -> None:
    hours.watch.canary = True
    for late in (1, 0, 1):
        hours.watch.run("DispatcherFunction", poll)
        hours.canary()  # submitted since the poll before
        for _ in range(13 + late):  # Scheduler starts anywhere within its minute
            hours.pass_by(1, hours.ordinary, polls=False)
            assert hours.watch.ringing() == set()


def test_a_stack_whose_polls_never_began_is_silent_too(hours: Hours) -> None:
    hours.pass_by(1, polls=False)
    assert hours.watch.ringing() == {"NoPollAlarm"}


def test_an_attempt_that_is_overdue_at_two_polls_raises_an_alarm(hours: Hours) -> None:
    stands(sent(1, NOON - 9 * MINUTE))
    hours.pass_by(10)
    assert hours.watch.ringing() == set()
    hours.pass_by(5)
    assert hours.watch.ringing() == {"OldestOverdueAlarm"}


def test_a_message_that_was_lost_raises_none_because_the_poll_sends_it_again(hours: Hours) -> None:
    stands(lost := sent(1, NOON - 9 * MINUTE))
    for _ in range(30):
        hours.pass_by(1, hours.ordinary, polls=hours.submitted % 5 == 0)
        assert hours.watch.ringing() == set()
    assert current(lost.id).state is State.DELIVERED


def test_a_backlog_that_grows_from_poll_to_poll_raises_an_alarm(hours: Hours) -> None:
    def more() -> None:
        stands(*(sent(n, now()) for n in range(hours.submitted, hours.submitted + 21)))
        hours.submitted += 21

    hours.pass_by(35, more)
    assert "BacklogGrowingAlarm" in hours.watch.ringing()
    assert hours.watch.ringing() == {"BacklogGrowingAlarm", "OldestOverdueAlarm"}  # nobody delivers


def test_a_backlog_that_was_large_and_shrinks_does_not(hours: Hours) -> None:
    stands(*(sent(n, NOON) for n in range(120)))
    hours.pass_by(40, hours.ordinary)
    assert "BacklogGrowingAlarm" not in hours.watch.ringing()


def test_polls_that_are_always_cut_short_raise_an_alarm(hours: Hours) -> None:
    stands(*(a_notification(n) for n in range(3)))
    for _ in range(7):
        hours.watch.run("DispatcherFunction", lambda: poll(timeout=5 * SECOND))
        hours.pass_by(5, polls=False)
    assert hours.watch.ringing() == {"PollCutShortAlarm", "OldestOverdueAlarm"}  # nothing is sent in no time


def test_polls_that_can_never_measure_raise_an_alarm_and_a_single_one_does_not(
    hours: Hours, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> int:
        raise TableUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(DueIndex, "first", fails)
        hours.pass_by(5)
    hours.pass_by(30)
    assert hours.watch.ringing() == set()
    monkeypatch.setattr(DueIndex, "first", fails)
    hours.pass_by(35)
    assert hours.watch.ringing() == {"MeasurementFailedAlarm"}


def test_polls_that_come_seldom_and_are_nearly_out_of_time_raise_an_alarm(hours: Hours) -> None:
    slow = int(0.81 * FUNCTION["DispatcherFunction"]["Timeout"] * SECOND)
    for _ in range(3):
        hours.watch.run("DispatcherFunction", poll, duration=slow)
        hours.pass_by(13, polls=False)
    assert hours.watch.ringing() == {"DispatcherDurationAlarm"}


def current_partner(partner_id: int) -> Partner:
    found = partners().get(partner_id)
    assert found is not None
    return found


def test_a_breaker_that_is_open_at_each_poll_of_six_hours_raises_an_alarm(
    hours: Hours, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BREAKER", "On")

    def every_hour(times: int) -> None:
        for _ in range(times):
            hours.watch.run("DispatcherFunction", poll)
            hours.watch.collect()
            hours.clock.shift(60 * 60)

    registered(a_partner(7001, breaker=open_breaker_of(probe_at=NOON + 24 * HOUR)))
    every_hour(5)
    partners().save(current_partner(7001), close_breaker(current_partner(7001), now()))
    every_hour(1)
    registered(a_partner(7002, breaker=open_breaker_of(since=now(), probe_at=NOON + 24 * HOUR)))
    every_hour(5)
    assert "BreakerOpenAlarm" not in hours.watch.ringing()
    every_hour(2)
    assert "BreakerOpenAlarm" in hours.watch.ringing()


def test_first_attempts_that_mostly_fail_raise_an_alarm(hours: Hours) -> None:
    hours.poster.refuses()
    hours.pass_by(35, hours.ordinary)
    assert hours.watch.ringing() == {"SuccessRateAlarm"}


def test_a_hundred_dead_letters_within_an_hour_raise_none_and_one_more_does(hours: Hours) -> None:
    def exhaust(*numbers: int) -> None:
        those = [a_notification(n, lane=Lane.SENT, turn=11, attempt=11) for n in numbers]
        stands(*those)
        queued(hours.aws, *those)
        hours.deliver()

    hours.poster.refuses()
    hours.pass_by(1, lambda: exhaust(*range(100)))
    assert hours.watch.ringing() == set()
    hours.pass_by(1, lambda: exhaust(100))
    assert hours.watch.ringing() == {"DeadLettersAlarm"}


def test_submissions_that_cannot_be_stored_raise_an_alarm_within_minutes_and_one_hiccup_does_not(
    hours: Hours, network: Network
) -> None:
    def turned_away() -> None:
        with network.throttles("PutItem"):
            assert hours.submit() == 503

    hours.pass_by(5, hours.ordinary)
    hours.pass_by(1, turned_away, polls=False)
    assert hours.watch.ringing() == set()
    hours.pass_by(2, turned_away, polls=False)
    assert hours.watch.ringing() == {"NotStoredAlarm"}


def test_messages_that_lead_to_no_attempt_raise_an_alarm(hours: Hours) -> None:
    gone = a_notification(lane=Lane.SENT)

    def circle() -> None:
        queued(hours.aws, *[gone] * 5)
        deliver(hours.aws)

    hours.pass_by(35, circle)
    assert hours.watch.ringing() == {"SendsPerAttemptAlarm"}


def test_a_few_messages_that_lead_to_no_attempt_at_night_raise_none(hours: Hours) -> None:
    gone = a_notification(lane=Lane.SENT)

    def one() -> None:
        queued(hours.aws, gone)
        deliver(hours.aws)

    for _ in range(6):
        hours.pass_by(10, polls=False)
        hours.pass_by(1, one)
        assert hours.watch.ringing() == set()


def test_canaries_that_do_not_arrive_any_more_raise_an_alarm(hours: Hours) -> None:
    def well() -> None:
        hours.ordinary()
        hours.canary()

    hours.watch.canary = True
    hours.pass_by(20, well)
    hours.pass_by(15, hours.ordinary)
    assert hours.watch.ringing() == set()
    hours.pass_by(3, hours.ordinary)
    assert hours.watch.ringing() == {"CanaryAlarm"}


# ── Not well: what AWS measures ──

POISON = {
    "PoisonAlarm": "PoisonQueue",
    "DeadLetterPoisonAlarm": "DeadLetterPoisonQueue",
    "JobPoisonAlarm": "JobPoisonQueue",
    "DispatcherFailureAlarm": "DispatcherFailureQueue",
    "CanaryFailureAlarm": "CanaryFailureQueue",
}


@pytest.mark.parametrize(("alarm", "queue"), POISON.items())
def test_one_message_where_none_should_be_raises_an_alarm(hours: Hours, alarm: str, queue: str) -> None:
    def sees_one() -> None:
        hours.watch.count("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": f"<{queue}.QueueName>"}, 1)

    hours.watch.canary = alarm.startswith("Canary")
    hours.pass_by(3, hours.canary)
    hours.pass_by(1, sees_one, polls=False)
    assert hours.watch.ringing() == {alarm}


@pytest.mark.parametrize("function", FUNCTION)
def test_a_function_that_fails_once_raises_an_alarm(hours: Hours, function: str) -> None:
    hours.watch.canary = function.startswith("Canary")
    hours.pass_by(3, hours.canary)
    hours.pass_by(1, lambda: lambda_counts(hours, function, "Errors", 1), polls=False)
    assert hours.watch.ringing() == {function.replace("Function", "ErrorsAlarm")}


@pytest.mark.parametrize("function", sorted(set(FUNCTION) & ALWAYS))
def test_a_function_that_is_throttled_raises_an_alarm(hours: Hours, function: str) -> None:
    hours.pass_by(3)
    hours.pass_by(1, lambda: lambda_counts(hours, function, "Throttles", 1), polls=False)
    assert hours.watch.ringing() == {function.replace("Function", "ThrottlesAlarm")}


@pytest.mark.parametrize("function", TIMED)
@pytest.mark.parametrize(("share", "rings"), [(0.79, False), (0.81, True)])
def test_a_function_that_is_near_its_time_limit_again_and_again_raises_an_alarm(
    hours: Hours, function: str, share: float, *, rings: bool
) -> None:
    slow = share * FUNCTION[function]["Timeout"] * SECOND
    hours.pass_by(10, lambda: lambda_counts(hours, function, "Duration", slow))
    assert hours.watch.ringing() == set()
    hours.pass_by(15, lambda: lambda_counts(hours, function, "Duration", slow))
    assert hours.watch.ringing() == ({function.replace("Function", "DurationAlarm")} if rings else set())


def test_an_api_that_fails_again_raises_an_alarm_and_a_single_failure_does_not(hours: Hours) -> None:
    def fails() -> None:
        hours.watch.count("AWS/ApiGateway", "5xx", {"ApiId": "<HttpApi>"}, 1)

    hours.pass_by(5, fails)
    assert hours.watch.ringing() == set()
    hours.pass_by(5, fails)
    assert hours.watch.ringing() == {"ApiFailureAlarm"}


def lambda_counts(hours: Hours, function: str, name: str, value: float) -> None:
    hours.watch.count("AWS/Lambda", name, {"FunctionName": f"<{function}>"}, value)


def test_every_alarm_is_proved_here() -> None:
    own = {
        "NoPollAlarm",
        "OldestOverdueAlarm",
        "BacklogGrowingAlarm",
        "PollCutShortAlarm",
        "MeasurementFailedAlarm",
        "SuccessRateAlarm",
        "BreakerOpenAlarm",
        "DeadLettersAlarm",
        "NotStoredAlarm",
        "SendsPerAttemptAlarm",
        "ApiFailureAlarm",
        "CanaryAlarm",
        "CanaryErrorsAlarm",
        "CanaryArrivalErrorsAlarm",
    }
    always = set(FUNCTION) & ALWAYS
    each = {name.replace("Function", kind) for name in always for kind in ("ErrorsAlarm", "ThrottlesAlarm")}
    timed = {name.replace("Function", "DurationAlarm") for name in TIMED}
    assert own | set(POISON) | each | timed == set(ALARMS)
