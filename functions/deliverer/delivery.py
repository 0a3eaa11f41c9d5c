"""One message of the DeliveryQueue, from claim to settle. The steps are those of DESIGN, section 3."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import ceil

from deliverer.attempt_log import MAX_CLAIMS, attempt_of, log_attempt, our_fault
from deliverer.metrics import measure_attempt, measure_claim
from deliverer.receipt import Receipt
from herald.contract.signature import signed_headers
from herald.domain.attempt import Attempt, Outcome
from herald.domain.clock import SECOND, now
from herald.domain.ladder import Ladder
from herald.domain.notification import Lane, Notification, hold, is_logged, settle
from herald.domain.partner import Partner
from herald.messaging.dead_letter_queue import DeadLetterQueue
from herald.messaging.delivery_queue import DeliveryMessage, DeliveryQueue
from herald.messaging.sqs import QueueUnavailable
from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record
from herald.store.dynamodb import TableUnavailable
from herald.store.notification_table import CLAIM_TIME, Busy, Claimed, NotificationConflict, NotificationTable
from herald.store.partner_table import PartnerTable
from herald.webhook.client import Poster

# Seconds until a settle that the table refused is tried again, while the function has time: a settle that is given up
# means one more attempt, although nobody crashed.
SETTLE_PAUSES = (0.2, 1, 3, 5, 8)
CLAIM_AGAIN, CLAIM_AGAIN_AT_MOST = (
    10,
    180,
)  # s until a message comes back whose claim met an unavailable table, doubling
LONGEST_HIDDEN = 43_200 - 180  # s: SQS hides a message for 12 h at most, from its receipt on
AT_ONCE = SECOND  # what lies between claim and POST usually takes a few milliseconds


class MessageReleased(Exception):
    """Somebody else has the claim, or it is not due yet: the message comes back then. Not an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What it takes to deliver: the tables, the queues, the postman and the rules."""

    notifications: NotificationTable
    partners: PartnerTable
    queue: DeliveryQueue
    dead_letters: DeadLetterQueue
    poster: Poster
    ladder: Ladder
    retention_days: int
    new_claim_id: Callable[[], str]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep  # seconds
    canary: int | None = None  # the partner to which canaries fly, which is left out of the success rate

    async def deliver(self, message: DeliveryMessage, receipt: Receipt) -> None:
        """Makes the attempt that the message asks for, if it is still to be made. Raises `MessageReleased`."""
        claim_id = self.new_claim_id()
        claimed = await asyncio.to_thread(self._claim, message, claim_id, receipt)
        if claimed is None:
            return
        if claimed.claims > MAX_CLAIMS:  # not even the partner is looked up: that may be what breaks
            await self._settle(claimed, attempt_of(claimed, claim_id, our_fault(now())), self.ladder, receipt)
        else:
            await self._attempt(claimed, claim_id, receipt)

    async def _attempt(self, claimed: Notification, claim_id: str, receipt: Receipt) -> None:
        partner = await asyncio.to_thread(self._partner_of, claimed)
        if partner is None or not partner.may_receive:
            await asyncio.to_thread(self._hold, claimed, partner)
        elif await asyncio.to_thread(self._is_still_to_be_made, claimed):
            attempt = attempt_of(claimed, claim_id, await self._post(claimed, partner))
            await self._settle(claimed, attempt, partner.ladder or self.ladder, receipt)

    def _claim(self, message: DeliveryMessage, claim_id: str, receipt: Receipt) -> Notification | None:
        try:
            result = self.notifications.claim(message.id, message.turn, claim_id, now())
        except TableUnavailable:  # nothing was sent: soon again, but no more often than the poison limit bears
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
        """The partner; before anything is held for it, as it is this very moment: it may just have been approved."""
        partner_id = notification.id.partner_id
        partner = self.partners.get_cached(partner_id, now())
        return partner if partner and partner.may_receive else self.partners.get(partner_id)

    def _is_still_to_be_made(self, claimed: Notification) -> bool:
        """Whether nobody acted since the claim. Looked up only where something took long meanwhile: it costs a read."""
        claimed_at = (claimed.claim_until or 0) - CLAIM_TIME
        if now() - claimed_at < AT_ONCE:
            return True
        current = self.notifications.get(claimed.id, now())
        if current is not None and (current.turn, current.claim_id) == (claimed.turn, claimed.claim_id):
            return True
        logger.info("changed by somebody else", extra={"notification": str(claimed.id)})
        return False

    def _hold(self, claimed: Notification, partner: Partner | None) -> None:
        reason = "the partner is not in the registry" if partner is None else f"the partner is {partner.state.value}"
        try:
            self.notifications.save(claimed, hold(claimed, reason, now()))
        except NotificationConflict:  # by a person, whose own message is out or not needed
            logger.info("changed by somebody else", extra={"notification": str(claimed.id)})
        else:
            record(Metric.HELD)
            logger.info("held", extra={"notification": str(claimed.id), "reason": reason})

    async def _post(self, claimed: Notification, partner: Partner) -> Outcome:
        body = claimed.payload.encode()
        headers = signed_headers(partner.signing_secrets(now()), str(claimed.id), now(), body)
        place = {"herald-round": str(claimed.round), "herald-attempt": str(claimed.attempt)}
        return await self.poster.post(partner.url or "", body, {**headers, **place})

    async def _settle(self, claimed: Notification, attempt: Attempt, ladder: Ladder, receipt: Receipt) -> None:
        """Notes the attempt and what follows from it, at one moment however often that must be tried.

        So a try finds what an earlier one wrote, and sends its message.
        """
        settled_at = now()
        for pause in (*SETTLE_PAUSES, None):
            try:
                return await asyncio.to_thread(self._settle_once, claimed, attempt, ladder, settled_at)
            except TableUnavailable:
                if pause is None or not receipt.time_for(pause):
                    raise
                logger.warning("not settled yet", extra={"notification": str(claimed.id)}, exc_info=True)
                await self.pause(pause)
        return None

    def _settle_once(self, claimed: Notification, attempt: Attempt, ladder: Ladder, settled_at: int) -> None:
        after = self._log_attempt(claimed, attempt, ladder, settled_at)
        measure_attempt(claimed, attempt, after, canary=self.canary)
        log_attempt(claimed, attempt, after)

    def _log_attempt(
        self, current: Notification | None, attempt: Attempt, ladder: Ladder, settled_at: int
    ) -> Notification | None:
        """Writes the attempt into whatever stands there now; each refusal means that somebody else got on."""
        while current is not None and not is_logged(current, attempt.claim_id):
            after = settle(current, attempt, ladder, settled_at, self.retention_days)
            try:
                self.notifications.save(current, after)
            except NotificationConflict as changed:
                current = changed.current
            else:
                if after.turn != current.turn:  # by this attempt: whoever else changed it sends his own message
                    self._pass_on(after)
                return after
        return current

    def _pass_on(self, settled: Notification) -> None:
        try:
            if settled.lane is Lane.SENT:
                self.queue.send([settled.due], now())
            elif settled.lane is Lane.ALERT:
                self.dead_letters.send([settled.due])
        except QueueUnavailable:
            # It stands in the due index: the poll's rescue, or its look at the lane `alert`, sends it.
            logger.warning("message not sent", extra={"notification": str(settled.id)}, exc_info=True)
