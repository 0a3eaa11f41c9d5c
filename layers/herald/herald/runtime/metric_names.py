"""Every metric that Herald emits: its name in CloudWatch, its unit, and its meaning. Pure.

The namespace is `Herald`, the only dimension `service`, the stack. The partner is no dimension: CloudWatch bills each
combination as a metric. A Logs Insights query on the dashboard shows the partners with failures.
"""

from enum import Enum
from typing import Literal

type Unit = Literal["Count", "Seconds"]

NAMESPACE = "Herald"


class Metric(Enum):
    """The metrics, in the order of a notification's path. With values of 0 and 1 the average is a rate."""

    def __init__(self, title: str, unit: Unit, meaning: str) -> None:
        self.title = title
        self.unit = unit
        self.meaning = meaning

    # The receiver and the inbound function
    ACCEPTED = "Accepted", "Count", "notifications stored"
    DUPLICATES = "Duplicates", "Count", "submissions of what was stored already: acknowledged, and nothing new sent"
    REFUSED_INVALID = "RefusedInvalid", "Count", "submissions answered 400: a field is missing or wrong"
    REFUSED_ROLE = (
        "RefusedRole",
        "Count",
        "submissions answered 403: no publisher's key, or one for other partners",
    )
    REFUSED_UNKNOWN_PARTNER = "RefusedUnknownPartner", "Count", "submissions answered 404: no such partner"
    REFUSED_UNKNOWN_SOURCE = (
        "RefusedUnknownSource",
        "Count",
        "inbound submissions answered 404: no active source has the token",
    )
    REFUSED_UNPROVED = (
        "RefusedUnproved",
        "Count",
        "inbound submissions answered 401: the sender did not prove itself as its source demands",
    )
    REFUSED_TOO_LARGE = "RefusedTooLarge", "Count", "submissions answered 413: larger than 64 KiB"
    NOT_STORED = "NotStored", "Count", "submissions answered 5xx: our fault, the publisher submits again"

    # The poll
    DISPATCHED = "Dispatched", "Count", "messages that a poll sent for what is due"
    RESCUED = "Rescued", "Count", "messages that a poll sent again, because the first one was lost"
    RELEASED = "Released", "Count", "held notifications whose partner may receive again"
    POLL_DURATION = "PollDuration", "Seconds", "from the beginning of a poll to its end"
    POLL_CUT_SHORT = "PollCutShort", "Count", "1 for a poll whose time did not suffice for what is due, 0 for any other"
    MEASUREMENT_FAILED = (
        "MeasurementFailed",
        "Count",
        "1 for a poll that could not measure the backlog or the attention list, 0 for any other",
    )
    WAITING = "Waiting", "Count", "notifications that wait, due or not, as a poll found them"
    DUE_BACKLOG = "DueBacklog", "Count", "of these, attempts that are due and not made"
    BACKLOG_GROWTH = "BacklogGrowth", "Count", "how much larger the due backlog is than at the last poll"
    OLDEST_OVERDUE = "OldestOverdue", "Seconds", "how long the oldest of them has been due; 0 without any"
    WORK_LIST_FAILED = "WorkListFailed", "Count", "failed notifications that need a person, as a poll found them"
    WORK_LIST_HELD = "WorkListHeld", "Count", "held notifications, as a poll found them"
    BREAKERS_OPEN = "BreakersOpen", "Count", "partners whose breaker is open, as a poll found them"
    WAITING_HELD_BACK = (
        "WaitingHeldBack",
        "Count",
        "notifications that are due and held back by open breakers or wait for a recovery, as a poll found them",
    )
    EXHAUSTED_HELD_BACK = (
        "ExhaustedHeldBack",
        "Count",
        "notifications that failed because they were held back for longer than their ladder takes",
    )

    # The deliverer
    ATTEMPT_SUCCESS = "AttemptSuccess", "Count", "1 for an attempt that was answered `success`, 0 for any other"
    FIRST_ATTEMPT_SUCCESS = (
        "FirstAttemptSuccess",
        "Count",
        "the same, of the first attempt of each round, canaries left out",
    )
    ATTEMPTS_REFUSED = "AttemptsRefused", "Count", "attempts that were answered, but not with `success`"
    ATTEMPTS_TIMED_OUT = "AttemptsTimedOut", "Count", "attempts without a complete answer in time"
    ATTEMPTS_UNREACHED = "AttemptsUnreached", "Count", "attempts that found no address, connection, TLS or HTTP"
    ATTEMPTS_OUR_FAULT = "AttemptsOurFault", "Count", "attempts that Herald itself could not make"
    DELIVERED = "Delivered", "Count", "notifications that became delivered"
    DELIVERED_FIRST = "DeliveredFirst", "Count", "of these, at their very first attempt"
    DELIVERY_LATENCY = (
        "DeliveryLatency",
        "Seconds",
        "from accepted to delivered, resends left out",
    )
    LATENESS = "Lateness", "Seconds", "from the second at which an attempt was due to the POST"
    EXHAUSTED = "Exhausted", "Count", "notifications whose ladder ended: dead letters"
    HELD = "Held", "Count", "notifications held, because their partner may not receive now"
    HELD_BACK = "HeldBack", "Count", "messages without an attempt, because the partner's breaker is open"
    PROBES = "Probes", "Count", "attempts that were the probe of an open breaker"
    BREAKERS_OPENED = "BreakersOpened", "Count", "breakers that opened: a partner's server is out of order"
    BREAKERS_CLOSED = "BreakersClosed", "Count", "breakers that closed, because the server answered or a person decided"
    STALE_CLAIMS = "StaleClaims", "Count", "claims that ended without a settle: the deliverer broke off"
    PUT_OFF = "PutOff", "Count", "attempts that a limit of their partner did not allow yet: made later, no rung is used"
    MESSAGE_WITHOUT_ATTEMPT = (
        "MessageWithoutAttempt",
        "Count",
        "1 for a stale message, 0 for one that led to a claim",
    )

    # Dead letters
    DEAD_LETTERS = "DeadLetters", "Count", "dead letters for which an alert is due"
    ALERTS = "Alerts", "Count", "alerts published, at most one a partner an hour"
    RECOVERIES = "Recoveries", "Count", "partners without failed notifications again, after an alert"

    # Jobs
    JOB_CHANGED = "JobChanged", "Count", "notifications that jobs redrove, resolved or cancelled"
    JOB_PASSED_OVER = (
        "JobPassedOver",
        "Count",
        "notifications that jobs skipped, because they had been changed by others",
    )
    BROUGHT_FORWARD = (
        "BroughtForward",
        "Count",
        "waiting notifications sent at once, because their partner answers again",
    )

    # The canary
    CANARY_ARRIVED = "CanaryArrived", "Count", "canaries that arrived at their partner"
    CANARY_LATENCY = "CanaryLatency", "Seconds", "from its submission to its arrival"
