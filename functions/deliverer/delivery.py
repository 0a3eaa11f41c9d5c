"""One message of the DeliveryQueue, from claim to settle (docs/architecture.md, "Path of a notification")."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Protocol

from deliverer.attempt_log import MAX_CLAIMS, attempt_of, our_fault
from deliverer.metrics import measure_claim
from deliverer.receipt import Receipt
from deliverer.settlement import Settlement
from herald.contract.signature import signed_headers
from herald.domain.attempt import Outcome
from herald.domain.clock import SECOND, now
from herald.domain.ladder import Ladder
from herald.domain.notification import Notification, hold
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner, ReviewState
from herald.languages.reason import Reason
from herald.messaging.delivery_queue import DeliveryMessage
from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record
from herald.store.dynamodb import TableUnavailable
from herald.store.notification_table import CLAIM_TIME, Busy, Claimed, NotificationConflict, Stale
from herald.webhook.client import Poster

# Seconds until a message comes back that could not be claimed because the table was unavailable: doubling, and at most.
CLAIM_AGAIN, CLAIM_AGAIN_AT_MOST = 10, 180
LONGEST_HIDDEN = 43_200 - 180  # s: SQS hides a message for 12 h at most, from its receipt on
AT_ONCE = SECOND  # between claim and POST there are usually a few milliseconds


class MessageReleased(Exception):
    """Another deliverer holds the claim, or it is not due yet: the message comes back then. Not an error."""


class ClaimStore(Protocol):
    """The notifications: `herald.store.notification_table.NotificationTable`."""

    def claim(self, notification_id: NotificationId, turn: int, claim_id: str, now: int, /) -> Claimed | Stale | Busy:
        """Claims the attempt of this turn for `CLAIM_TIME`."""

    def get(self, notification_id: NotificationId, now: int, /) -> Notification | None:
        """The notification as it is stored, or None."""

    def save(self, before: Notification, after: Notification, /) -> None:
        """Writes the change. Raises `NotificationConflict` where `before` is no longer what is stored."""


class PartnerReader(Protocol):
    """The partners: `herald.store.partner_table.PartnerTable`."""

    def get(self, partner_id: int, /) -> Partner | None:
        """The partner as it is stored, or None."""

    def get_cached(self, partner_id: int, now: int, /) -> Partner | None:
        """The partner as it was stored a short time ago, or None."""


class ReceivedMessageQueue(Protocol):
    """The queue of the deliverer: `herald.messaging.delivery_queue.DeliveryQueue`."""

    def release(self, receipt_handle: str, seconds: int, /) -> None:
        """Makes a received message visible again after so many seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Delivers messages, with these tables and this queue."""

    notifications: ClaimStore
    partners: PartnerReader
    queue: ReceivedMessageQueue
    poster: Poster
    settlement: Settlement
    ladder: Ladder
    new_claim_id: Callable[[], str]

    async def deliver(self, message: DeliveryMessage, receipt: Receipt) -> None:
        """Makes the attempt that the message asks for, if it is still to be made. Raises `MessageReleased`."""
        claim_id = self.new_claim_id()
        claimed = await asyncio.to_thread(self._claim, message, claim_id, receipt)
        if claimed is None:
            return
        if claimed.claims > MAX_CLAIMS:  # the partner is not read either: that may be what fails
            await self.settlement.settle(claimed, attempt_of(claimed, claim_id, our_fault(now())), self.ladder, receipt)
        else:
            await self._attempt(claimed, claim_id, receipt)

    async def _attempt(self, claimed: Notification, claim_id: str, receipt: Receipt) -> None:
        partner = await asyncio.to_thread(self._partner_of, claimed)
        if partner is None or not partner.may_receive:
            await asyncio.to_thread(self._hold, claimed, partner)
        elif await asyncio.to_thread(self._is_still_to_be_made, claimed):
            attempt = attempt_of(claimed, claim_id, await self._post(claimed, partner))
            await self.settlement.settle(claimed, attempt, partner.ladder or self.ladder, receipt)

    def _claim(self, message: DeliveryMessage, claim_id: str, receipt: Receipt) -> Notification | None:
        try:
            result = self.notifications.claim(message.id, message.turn, claim_id, now())
        except TableUnavailable:  # no POST was made: retry soon, but within the poison limit
            logger.warning("not claimed", extra={"notification": str(message.id)}, exc_info=True)
            seconds = min(CLAIM_AGAIN_AT_MOST, CLAIM_AGAIN << min(receipt.received - 1, 8))
            self.queue.release(receipt.handle, seconds)
            raise MessageReleased from None
        match result:
            case Claimed(notification):
                measure_claim(notification)
                return notification
            case Busy(until):
                self.queue.release(receipt.handle, min(LONGEST_HIDDEN, max(1, ceil((until - now()) / SECOND))))
                raise MessageReleased
            case _:
                record(Metric.MESSAGE_WITHOUT_ATTEMPT)
                logger.info("stale message", extra={"notification": str(message.id), "turn": message.turn})
                return None

    def _partner_of(self, notification: Notification) -> Partner | None:
        """The partner, from the cache; read again before a notification is held, as it may just have been approved."""
        partner_id = notification.id.partner_id
        partner = self.partners.get_cached(partner_id, now())
        return partner if partner and partner.may_receive else self.partners.get(partner_id)

    def _is_still_to_be_made(self, claimed: Notification) -> bool:
        """Whether the claim still holds. It costs a read, made only if the claim is older than `AT_ONCE`."""
        claimed_at = (claimed.claim_until or 0) - CLAIM_TIME
        if now() - claimed_at < AT_ONCE:
            return True
        current = self.notifications.get(claimed.id, now())
        if current is not None and (current.turn, current.claim_id) == (claimed.turn, claimed.claim_id):
            return True
        logger.info("changed by somebody else", extra={"notification": str(claimed.id)})
        return False

    def _hold(self, claimed: Notification, partner: Partner | None) -> None:
        reason = hold_reason(partner)
        try:
            self.notifications.save(claimed, hold(claimed, reason, now()))
        except NotificationConflict:  # by an operator, who has sent a message if one is needed
            logger.info("changed by somebody else", extra={"notification": str(claimed.id)})
        else:
            record(Metric.HELD)
            logger.info("held", extra={"notification": str(claimed.id), "reason": str(reason)})

    async def _post(self, claimed: Notification, partner: Partner) -> Outcome:
        body = claimed.payload.encode()
        headers = signed_headers(partner.signing_secrets(now()), str(claimed.id), now(), body)
        place = {"herald-round": str(claimed.round), "herald-attempt": str(claimed.attempt)}
        return await self.poster.post(partner.url or "", body, {**headers, **place})


def hold_reason(partner: Partner | None) -> Reason:
    """Why the partner may not receive."""
    if partner is None:
        return Reason("held.not_registered")
    return Reason("held.no_address" if partner.state is ReviewState.ACTIVE else f"held.{partner.state.value}")
