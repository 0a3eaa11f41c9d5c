"""The metrics of an attempt."""

from herald.domain.attempt import Attempt, Verdict
from herald.domain.clock import SECOND
from herald.domain.notification import Lane, Notification
from herald.domain.transitions import State
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record

CLASSES = {
    Verdict.NOT_SUCCESS: Metric.ATTEMPTS_REFUSED,
    Verdict.BAD_STATUS: Metric.ATTEMPTS_REFUSED,
    Verdict.REDIRECT: Metric.ATTEMPTS_REFUSED,
    Verdict.TOO_LARGE: Metric.ATTEMPTS_REFUSED,
    Verdict.TIMEOUT: Metric.ATTEMPTS_TIMED_OUT,
    Verdict.BROKEN_ANSWER: Metric.ATTEMPTS_UNREACHED,
    Verdict.NOT_RESOLVED: Metric.ATTEMPTS_UNREACHED,
    Verdict.FORBIDDEN_ADDRESS: Metric.ATTEMPTS_UNREACHED,
    Verdict.NOT_CONNECTED: Metric.ATTEMPTS_UNREACHED,
    Verdict.TLS: Metric.ATTEMPTS_UNREACHED,
    Verdict.OUR_FAULT: Metric.ATTEMPTS_OUR_FAULT,
}  # `success` is counted by AttemptSuccess


def measure_claim(claimed: Notification) -> None:
    """Counts a claim that follows another one in the same turn: the deliverer that made the first one crashed."""
    record(Metric.MESSAGE_WITHOUT_ATTEMPT, 0)
    if claimed.claims > 1:
        record(Metric.STALE_CLAIMS)


def measure_attempt(
    claimed: Notification, attempt: Attempt, after: Notification | None, *, canary: int | None = None
) -> None:
    """The verdict, how late the attempt was, and the state that follows. `canary` is the canary's partner."""
    success = attempt.outcome.delivered
    record(Metric.ATTEMPT_SUCCESS, int(success))
    if attempt.number == 1 and claimed.id.partner_id != canary:  # canaries that succeed would hide partners that fail
        record(Metric.FIRST_ATTEMPT_SUCCESS, int(success))
    if not success:
        record(CLASSES[attempt.outcome.verdict])
    # What is new is due at once and attempted at the next poll (FirstAttempt=AtPoll): that is not late.
    if claimed.due_at is not None and claimed.lane is not Lane.NEW:
        record(Metric.LATENESS, max(0, attempt.outcome.at - claimed.due_at) / SECOND)
    if after is not None and after.state is not claimed.state:
        _measure_end(claimed, attempt, after)


def _measure_end(claimed: Notification, attempt: Attempt, after: Notification) -> None:
    if after.state is State.FAILED:
        record(Metric.EXHAUSTED)
    if after.state is not State.DELIVERED or not attempt.outcome.delivered:
        return
    record(Metric.DELIVERED)
    if any(one.outcome.delivered for one in claimed.attempts):
        return  # delivered before, and resent at the partner's request
    record(Metric.DELIVERY_LATENCY, (attempt.outcome.ended_at - claimed.accepted_at) / SECOND)
    if (attempt.round, attempt.number) == (1, 1):
        record(Metric.DELIVERED_FIRST)
