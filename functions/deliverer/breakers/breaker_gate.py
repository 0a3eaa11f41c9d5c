"""Whether an attempt may be made while the partner's server is out of order (docs/architecture.md, "The breaker").

What cannot be read counts as closed: a failure here never fails a delivery.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Protocol

from deliverer.receipt import MessageReleased, Receipt
from herald.domain.breakers.breaker import LONGEST_PROBE, RESERVE, Reserved
from herald.domain.clock import SECOND, now
from herald.domain.notification import Due
from herald.domain.partner import Partner
from herald.messaging.delivery_queue import DeliveryMessage
from herald.messaging.sqs import QueueUnavailable
from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record
from herald.store.dynamodb import TableUnavailable

LOOK_AGAIN = 2 * SECOND  # until a message comes back whose partner could not be read; doubling


@dataclass(frozen=True, slots=True)
class Permit:
    """The attempt may be made; with `probe_id` as the probe of an open breaker, `alone` while no other one is made."""

    partner_id: int
    probe_id: str | None = None
    alone: bool = False


class GatePartners(Protocol):
    """The partners: `herald.store.partner_table.PartnerTable`."""

    def get_cached(self, partner_id: int, now: int, /) -> Partner | None:
        """The partner as it was stored a short time ago, or None."""

    def get_and_cache(self, partner_id: int, now: int, /) -> Partner | None:
        """The partner as it is stored, or None."""

    def cache(self, partner: Partner, now: int, /) -> None:
        """Lets `get_cached` return this."""


class ProbeStore(Protocol):
    """The breakers: `herald.store.partner_attributes.breaker_store.BreakerStore`.

    Each returns the partner as written, None if refused.
    """

    def take_probe(
        self, partner: Partner, probe: Reserved, probe_id: str, now: int, /, *, asked: bool
    ) -> Partner | None:
        """Makes the caller the only one to probe."""

    def return_probe(self, partner_id: int, probe_id: str, /) -> Partner | None:
        """The next probe is still due."""

    def add_to_reserve(self, partner: Partner, one: Reserved, /) -> Partner | None:
        """Notes a notification to be one of the next probes."""


class ProbeQueue(Protocol):
    """The queue of the deliverer: `herald.messaging.delivery_queue.DeliveryQueue`."""

    def send(self, dues: Sequence[Due], now: int, /) -> int:
        """Sends a message for each, to be received when it is due."""

    def release(self, receipt_handle: str, seconds: int, /) -> None:
        """Makes a received message visible again after so many seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerGate:
    """Permits attempts. Where it is not `enabled`, it permits all of them without a look."""

    partners: GatePartners
    breakers: ProbeStore
    queue: ProbeQueue
    new_probe_id: Callable[[], str]
    enabled: bool = True

    def admit(self, message: DeliveryMessage, receipt: Receipt) -> Permit | None:
        """The permit for the attempt; None where it is held back: its message is deleted, and a poll finds it again.

        Raises `MessageReleased` where the message is a probe that may be made only later, and where the partner cannot
        be read.
        """
        partner_id = message.id.partner_id
        if not self.enabled:
            return Permit(partner_id)
        known = self._known(partner_id)
        if known is None or not known.is_spared:
            return Permit(partner_id, alone=known is not None and known.breaker.is_suspect)
        try:
            # Read again: what the recovery of a breaker that has just closed sends must not be held back.
            partner = self.partners.get_and_cache(partner_id, now())
            if partner is None or not partner.is_spared:
                return Permit(partner_id)
            permit = self._probe(partner, message)
            if permit is None:
                self._hold_back(partner, message, receipt)
        except TableUnavailable:
            logger.warning("held back without a look", extra={"partner_id": partner_id}, exc_info=True)
            if not receipt.is_last:  # the breaker may have closed, and then nobody sends another message soon
                self._release(receipt, now() + (LOOK_AGAIN << (receipt.received - 1)))
            return None
        return permit

    def return_permit(self, permit: Permit) -> None:
        """Nothing was attempted: the probe is the next one's."""
        if permit.probe_id is None:
            return
        try:
            after = self.breakers.return_probe(permit.partner_id, permit.probe_id)
        except TableUnavailable:  # the probe ends by itself
            logger.warning("probe not returned", extra={"partner_id": permit.partner_id}, exc_info=True)
            return
        if after is not None:
            self.partners.cache(after, now())
            send_next_probe(self.queue, after)

    def _known(self, partner_id: int) -> Partner | None:
        try:
            return self.partners.get_cached(partner_id, now())
        except Exception:  # noqa: BLE001 - whatever it is, the claim must count it; logged here
            logger.warning("the breaker was not read", extra={"partner_id": partner_id}, exc_info=True)
            return None

    def _probe(self, partner: Partner, message: DeliveryMessage) -> Permit | None:
        """The permit to probe; None where it is not the time for a probe, or another deliverer was faster."""
        if not message.asked and not partner.breaker.probe_is_due(now()):
            return None
        probe, probe_id = Reserved(message.id, message.turn), self.new_probe_id()
        taken = self.breakers.take_probe(partner, probe, probe_id, now(), asked=message.asked)
        if taken is None:
            return None
        self.partners.cache(taken, now())
        record(Metric.PROBES)
        return Permit(partner.partner_id, probe_id)

    def _hold_back(self, partner: Partner, message: DeliveryMessage, receipt: Receipt) -> None:
        """Nothing is written of the notification. A few are noted on the partner, to be the next probes."""
        one, breaker = Reserved(message.id, message.turn), partner.breaker
        if message.asked and not receipt.is_last:  # else it is one of the next probes, like all others
            self._release(receipt, breaker.probe_until)
        if breaker.reserve[:1] == (one,) and not breaker.is_probing(now()):
            self._release(receipt, breaker.probe_at)  # the clock of the sender was ahead of this one
        record(Metric.HELD_BACK)
        if one in breaker.reserve or len(breaker.reserve) >= RESERVE:
            return
        after = self.breakers.add_to_reserve(partner, one)
        if after is not None:
            self.partners.cache(after, now())
            if after.breaker.reserve[0] == one and not after.breaker.is_probing(now()):
                send_next_probe(self.queue, after)

    def _release(self, receipt: Receipt, until: int | None) -> None:
        wait = min(LONGEST_PROBE, max(SECOND, (until or 0) - now()))
        self.queue.release(receipt.handle, ceil(wait / SECOND))
        raise MessageReleased


def send_next_probe(queue: ProbeQueue, partner: Partner) -> None:
    """The message of the next probe, to be received when it is due. Where it cannot be sent, a poll sends it."""
    breaker = partner.breaker
    if not breaker.reserve:
        return
    first = breaker.reserve[0]
    try:
        queue.send([Due(first.id, first.turn, breaker.probe_at or now())], now())
    except QueueUnavailable:
        logger.warning("probe not sent", extra={"partner_id": partner.partner_id}, exc_info=True)
