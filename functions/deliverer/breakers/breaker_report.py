"""What an attempt says about the partner's server: outages open the partner's breaker, an answer closes it.

A failure here never fails a delivery: what cannot be written is logged, and the next attempt or poll repairs it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from deliverer.breakers.breaker_gate import Permit, ProbeQueue, send_next_probe
from herald.domain.attempt import Attempt
from herald.domain.breakers.breaker import Contact, contact_of, probe_wait
from herald.domain.breakers.partner_breaker import close_breaker, open_breaker
from herald.domain.clock import now
from herald.domain.notification import Notification
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner
from herald.messaging.sqs import QueueUnavailable
from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record
from herald.store.partner_table import PartnerConflict

_TRIES = 3  # to open or close it while others change the partner
RECOVERY_DELAY = 2  # s: what is held back until it closes stands in the due index by then


class ReportPartners(Protocol):
    """The partners: `herald.store.partner_table.PartnerTable`."""

    def cached(self, partner_id: int, now: int, /) -> Partner | None:
        """The partner as it was stored a short time ago, or None where it was not read then."""

    def get_cached(self, partner_id: int, now: int, /) -> Partner | None:
        """The partner as it was stored a short time ago, or None."""

    def get_and_cache(self, partner_id: int, now: int, /) -> Partner | None:
        """The partner as it is stored, or None."""

    def cache(self, partner: Partner, now: int, /) -> None:
        """Lets `get_cached` return this."""

    def save(self, before: Partner, after: Partner, /) -> None:
        """Writes the change. Raises `PartnerConflict` where `before` is no longer what is stored."""


class OutageStore(Protocol):
    """The breakers: `herald.store.partner_attributes.breaker_store.BreakerStore`.

    Each returns the partner as written, None if refused.
    """

    def count_outage(self, notification_id: NotificationId, began_at: int, ended_at: int, /) -> Partner | None:
        """Counts an outage."""

    def forget_outages(self, partner_id: int, /) -> Partner | None:
        """The count begins again."""

    def fail_probe(self, partner_id: int, probe_id: str, probe_at: int, /) -> Partner | None:
        """The next probe is due at `probe_at`."""


class RecoveryQueue(Protocol):
    """The queue of the jobs function: `herald.messaging.job_queue.JobQueue`."""

    def send_recovery(self, partner_id: int, delay_seconds: int, /) -> None:
        """Sends a message for the recovery's worker, delayed by so many seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerReport:
    """Tells the breakers of the attempts. Where it is not `enabled`, it writes nothing."""

    partners: ReportPartners
    breakers: OutageStore
    queue: ProbeQueue
    recoveries: RecoveryQueue
    enabled: bool = True

    def has_nothing_to_do(self, permit: Permit, attempt: Attempt) -> bool:
        """Whether `attempted` would neither read nor write: a server answered whose breaker is not in use."""
        if not self.enabled:
            return True
        partner = self.partners.cached(permit.partner_id, now())
        is_blank = partner is not None and partner.breaker.is_blank
        return is_blank and contact_of(attempt.outcome) is Contact.ANSWER

    def attempted(self, permit: Permit, claimed: Notification, attempt: Attempt) -> None:
        """Counts an outage, or opens or closes the breaker by what the attempt says about the server."""
        if not self.enabled:
            return
        try:
            partner = self.partners.get_cached(permit.partner_id, now())
            if partner is not None:
                self._attempted(partner, permit, claimed, attempt)
        except Exception:  # noqa: BLE001 - whatever it is, the attempt was made and settled; logged here
            logger.warning("the breaker was not written", extra={"partner_id": permit.partner_id}, exc_info=True)

    def _attempted(self, partner: Partner, permit: Permit, claimed: Notification, attempt: Attempt) -> None:
        contact = contact_of(attempt.outcome)
        if contact is Contact.ANSWER:
            self._answered(partner)
        elif permit.probe_id is not None:
            self._fail_probe(partner, permit.probe_id)
        elif contact is Contact.OUTAGE and not partner.breaker.is_open:
            self._count(claimed, attempt)

    def _answered(self, partner: Partner) -> None:
        if partner.breaker.is_open:
            self._close(partner)
        elif partner.breaker.outages:
            self._cache(self.breakers.forget_outages(partner.partner_id))

    def _fail_probe(self, partner: Partner, probe_id: str) -> None:
        probe_at = now() + probe_wait(partner.breaker.probes + 1)
        after = self._cache(self.breakers.fail_probe(partner.partner_id, probe_id, probe_at))
        if after is not None:
            send_next_probe(self.queue, after)

    def _count(self, claimed: Notification, attempt: Attempt) -> None:
        outcome = attempt.outcome
        after = self._cache(self.breakers.count_outage(claimed.id, outcome.at, outcome.ended_at))
        if after is None:  # another deliverer has opened it: this one must not go on with what it has cached
            self.partners.get_and_cache(claimed.id.partner_id, now())
        else:
            self._change(after, lambda one: open_breaker(one, now()) if _should_open(one) else None)

    def _close(self, partner: Partner) -> None:
        if not self._change(partner, lambda one: close_breaker(one, now()) if one.breaker.is_open else None):
            return
        try:
            self.recoveries.send_recovery(partner.partner_id, RECOVERY_DELAY)
        except QueueUnavailable:  # the next poll sends it
            logger.warning("recovery not sent", extra={"partner_id": partner.partner_id}, exc_info=True)

    def _change(self, partner: Partner, change: Callable[[Partner], Partner | None]) -> bool:
        """Whether this deliverer opened or closed the breaker: for others it already was, or `change` is None."""
        current: Partner | None = partner
        for _ in range(_TRIES):
            after = change(current) if current is not None else None
            if current is None or after is None:
                return False
            try:
                self.partners.save(current, after)
            except PartnerConflict as conflict:
                current = conflict.current
            else:
                self.partners.cache(after, now())
                _tell(after)
                return True
        return False

    def _cache(self, after: Partner | None) -> Partner | None:
        if after is not None:
            self.partners.cache(after, now())
        return after


def _tell(after: Partner) -> None:
    record(Metric.BREAKERS_OPENED if after.breaker.is_open else Metric.BREAKERS_CLOSED)
    logger.warning("breaker", extra={"partner_id": after.partner_id, "breaker": after.breaker.state.value})


def _should_open(partner: Partner) -> bool:
    return partner.breaker.should_open and partner.is_registered
