"""The recovery of a partner whose server answers again: all that waits for it is sent at a rate, the oldest first.

It stores no position: what was attempted since the breaker closed is passed over, so a worker that begins again after a
crash sends at most what was under way twice, and the turn of a notification refuses the second message.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from herald.domain.breakers.breaker import FIRST_RATE, RATE_PER_SECOND, next_rate
from herald.domain.clock import SECOND, now
from herald.domain.notification import Due, Notification
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner
from herald.domain.transitions import State
from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record
from herald.store.dynamodb import TableUnavailable
from jobs.bringing_forward import BringingForward, is_attempted_since
from jobs.recovery_lease import RecoveringPartners, RecoveryLease, RecoveryLost, RecoveryStore
from jobs.recovery_list import Place, RecoveryList

SLICE = 5 * SECOND  # after which the rate is set anew
WATCHED_FOR = 30 * SECOND  # how long the result of a message is waited for: an attempt and its way through the queue


class SharedMoments(Protocol):
    """What the deliverers share about partners with a rate: `herald.store.limit_table.LimitTable`."""

    def free_moments(self, partner_id: int, since: int, /) -> None:
        """Frees all moments that are reserved, once for each `since`: when the breaker closed."""


class RecoveryQueue(Protocol):
    """The queue of the deliverer: `herald.messaging.delivery_queue.DeliveryQueue`."""

    def send(self, dues: Iterable[Due], now: int, /) -> int:
        """Sends a message for each, to be received when it is due. Returns how many were sent."""


@dataclass
class Pace:
    """The rate of one worker (notifications a second), the most that it may be, and what it waits to know."""

    rate: float = FIRST_RATE
    most: float = RATE_PER_SECOND
    watched: dict[NotificationId, int] = field(default_factory=dict)  # since when (ms)

    def adjust(self, current: dict[NotificationId, Notification], since: int) -> None:
        """Sets the rate by what has become of the watched ones since the breaker closed at `since`."""
        known = [one for one in current.values() if is_attempted_since(one, since)]
        delivered = sum(one.state is State.DELIVERED for one in known)
        self.rate = next_rate(self.rate, delivered, len(known) - delivered, self.most)
        gone = {one.id for one in known} | {one for one, at in self.watched.items() if at + WATCHED_FOR <= now()}
        self.watched = {one: at for one, at in self.watched.items() if one not in gone}


def pace_of(partner: Partner) -> Pace:
    """The pace at the beginning of a recovery; never above the partner's own rate, where it has one."""
    most = RATE_PER_SECOND if partner.rate_per_second is None else float(partner.rate_per_second)
    return Pace(rate=min(FIRST_RATE, most), most=most)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryWorker:
    """Carries out recoveries."""

    partners: RecoveringPartners
    breakers: RecoveryStore
    limits: SharedMoments
    waiting: RecoveryList
    forward: BringingForward
    queue: RecoveryQueue
    pause: Callable[[float], object]  # seconds

    def recover(self, partner_id: int, worker: str, ends_at: int) -> bool:
        """Works until all is sent, the breaker opens again, or `ends_at` (ms). True: a next worker has to go on.

        Whatever the time, the first slice is sent: each worker comes further than the one before.
        """
        lease = RecoveryLease(self.partners, self.breakers, partner_id, worker)
        try:
            partner = lease.take()
            self._free_moments(partner)
            if not self._send_all(lease, pace_of(partner), ends_at):
                self.breakers.release_recovery(partner_id, worker)
                return True
        except RecoveryLost:
            logger.info("nothing to recover", extra={"partner_id": partner_id})
            return False
        self.breakers.end_recovery(partner_id, worker)
        return False

    def _send_all(self, lease: RecoveryLease, pace: Pace, ends_at: int) -> bool:
        """Whether all was sent before the time was over. A long list is read in parts."""
        after: Place | None = None
        while True:
            read_until = now() + max(0, ends_at - now()) // 2
            listed = self.waiting.oldest_first(lease.partner_id, after, read_until, lease.renew)
            logger.info("recovery", extra={"partner_id": lease.partner_id, "waiting": len(listed.ids)})
            left, after = listed.ids[::-1], listed.last  # the oldest at the end, where it is taken from
            while left:
                self._slice(left, pace, lease.recovering_since(), is_last=listed.is_all)
                if left and now() >= ends_at:
                    return False
            if listed.is_all or now() >= ends_at:
                return listed.is_all

    def _slice(self, left: list[NotificationId], pace: Pace, since: int, *, is_last: bool) -> None:
        """Sends what the rate allows in one slice, waits for its end, and sets the rate.

        There is no need to wait where nothing is left of the list, and this `is_last`.
        """
        began_at, size = now(), round(pace.rate * SLICE / SECOND)
        sent = self.forward.next(left, size, since, SECOND / pace.rate)
        self.queue.send(sent, now())
        record(Metric.BROUGHT_FORWARD, len(sent))
        pace.watched |= {due.id: began_at for due in sent}
        if sent and (left or not is_last):
            self.pause(max(0, began_at + SLICE - now()) / SECOND)
            pace.adjust(self.forward.read(list(pace.watched)), since)

    def _free_moments(self, partner: Partner) -> None:
        """Frees the moments of its rate that lie ahead, once for each recovery: what had them is brought forward."""
        since = partner.breaker.recovering_since
        if partner.rate_per_second is None or since is None:
            return
        try:
            self.limits.free_moments(partner.partner_id, since)
        except TableUnavailable:  # then what is sent takes its moments behind those
            logger.warning("moments not freed", extra={"partner_id": partner.partner_id}, exc_info=True)
