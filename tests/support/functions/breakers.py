"""A partner whose server is out of order, as the deliverer, the polls and the recovery meet it."""

from dataclasses import replace
from typing import Any

import time_machine

from deliverer import app as deliverer
from deliverer import dependencies as deliverer_dependencies
from herald.domain.attempt import Outcome, Verdict
from herald.domain.breakers.breaker import Breaker, Reserved, opened, recovering
from herald.domain.clock import MINUTE, SECOND, now
from herald.domain.notification import Due, Lane, Notification
from herald.domain.partner import Partner
from herald.languages.reason import Reason
from herald.messaging.delivery_queue import DeliveryQueue
from jobs import app as jobs
from jobs import dependencies as jobs_dependencies
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, PARTNER_ID, a_notification, a_partner, an_outcome
from tests.support.functions.deliverer import Poster
from tests.support.functions.dispatcher import partners, poll, registered, stands

DOWN = Reason("not_connected.refused", {"address": "203.0.113.7:443"})


def down(at: int | None = None, **changes: Any) -> Outcome:
    """An attempt that found nobody there."""
    moment = now() if at is None else at
    nobody = {"address": None, "status": None, "verdict": Verdict.NOT_CONNECTED, "reason": DOWN, "excerpt": ""}
    return an_outcome(at=moment, **{**nobody, **changes})


def is_down(poster: Poster) -> None:
    """From now on nobody answers."""
    poster.answering = lambda _: down()


def works(poster: Poster) -> None:
    """From now on it acknowledges."""
    poster.answering = lambda _: an_outcome(success=True, at=now())


def open_breaker_of(*, since: int = NOON, reserve: tuple[Notification, ...] = (), **changes: Any) -> Breaker:
    """A breaker that opened at that moment."""
    before = Breaker(outages=20, first_outage_at=since - 30 * SECOND, last_outage_at=since)
    return replace(opened(before, since), reserve=tuple(Reserved(one.id, one.turn) for one in reserve), **changes)


def a_partner_with(breaker: Breaker, **changes: Any) -> Partner:
    """A partner that may receive, with this breaker."""
    return a_partner(breaker=breaker, **changes)


def recovering_since(moment: int) -> Breaker:
    """A breaker that was open for an hour, until that moment."""
    return recovering(open_breaker_of(since=moment - 3_600 * SECOND), moment)


def breaker() -> Breaker:
    """As it stands now."""
    return the_partner().breaker


def the_partner() -> Partner:
    """As it stands now."""
    found = partners().get(PARTNER_ID)
    assert found is not None
    return found


def waiting(count: int, first: int = 1, at: int = NOON - MINUTE, **changes: Any) -> list[Notification]:
    """So many that are due, accepted a millisecond apart; they are in the table."""
    those = [a_notification(n, at=at + n, **changes) for n in range(first, first + count)]
    stands(*those)
    return those


def sent(aws: Aws, *those: Notification, asked: bool = False) -> None:
    """Their messages are in the queue, to be received now."""
    DeliveryQueue(aws.refs["DeliveryQueue"]).send([Due(one.id, one.turn, now()) for one in those], now(), asked=asked)


def deliver_all(aws: Aws) -> None:
    """All that is visible in the queue."""
    aws.drain(deliverer.handler, "DeliveryQueue")


def recover_all(aws: Aws) -> int:
    """All recoveries whose message is visible; how many invocations that took."""
    return aws.drain(jobs.handler, "JobQueue")


def pass_time(clock: time_machine.Traveller, seconds: float) -> None:
    """The clock goes on."""
    clock.shift(seconds)


def a_whole_outage(aws: Aws, poster: Poster, clock: time_machine.Traveller, partner_id: int) -> None:
    """A server fails, is spared, probed, answers and gets what waits; another partner's have waited for too long."""
    almost = Breaker(
        outages=19,
        first_outage_at=now() - 40 * SECOND,
        last_outage_at=now() - SECOND,
        outage_marks=frozenset({"0000", "1111"}),
    )
    long_ago = now() - 100 * 60 * MINUTE
    lost = a_partner(partner_id + 1, breaker=open_breaker_of(since=long_ago, probe_at=now() + 60 * MINUTE))
    registered(a_partner(partner_id, breaker=almost, rate_per_second=20), lost)
    those = [a_notification(n, at=now() - MINUTE + n, partner_id=partner_id) for n in range(1, 5)]
    later = a_notification(9, at=now() - MINUTE, partner_id=partner_id, lane=Lane.PARKED, due_at=now() + 360 * MINUTE)
    stands(*those, later, a_notification(1, at=long_ago, partner_id=partner_id + 1))
    deliverer_dependencies.delivery.cache_clear()  # it may have another poster
    is_down(poster)
    for one in those[:3]:  # the first one opens it
        sent(aws, one)
        deliver_all(aws)
    clock.shift(31)
    deliver_all(aws)  # the probe
    poll()
    works(poster)
    clock.shift(61)
    deliver_all(aws)  # the next probe
    clock.shift(3)
    jobs_dependencies.recovery_worker.cache_clear()
    recover_all(aws)
