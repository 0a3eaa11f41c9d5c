"""One message of the DeliveryQueue, from claim to settle (docs/architecture.md, "Path of a notification")."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import NoReturn, Protocol

from deliverer.attempt_log import MAX_CLAIMS, attempt_of, our_fault
from deliverer.attempt_secrets import AttemptSecrets, PartnerReader, SecretReader
from deliverer.begun_attempt import BegunAttempt
from deliverer.breakers.breaker_gate import BreakerGate, Permit
from deliverer.breakers.breaker_report import BreakerReport
from deliverer.metrics import measure_claim
from deliverer.partner_limits import NotYet, PartnerLimits
from deliverer.putting_off import PuttingOff
from deliverer.receipt import MessageReleased, Receipt
from deliverer.settlement import Settlement
from herald.contract.signature import signed_headers
from herald.domain.attempt import Outcome
from herald.domain.clock import SECOND, now
from herald.domain.ladder import Ladder
from herald.domain.limits.echoed_secrets import without_secrets
from herald.domain.notification import Notification, hold
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner, ReviewState
from herald.languages.reason import Reason
from herald.messaging.delivery_queue import DeliveryMessage
from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record
from herald.store.dynamodb import TableUnavailable
from herald.store.encryption.partner_secrets import DecryptedSecrets
from herald.store.notification_table import CLAIM_TIME, Busy, Claimed, NotificationConflict, Stale
from herald.webhook.client import Poster

# Seconds until a message comes back that was not claimed because a table or KMS was unavailable: doubling, and at most.
CLAIM_AGAIN, CLAIM_AGAIN_AT_MOST = 10, 180
LONGEST_HIDDEN = 43_200 - 180  # s: SQS hides a message for 12 h at most, from its receipt on
AT_ONCE = SECOND  # between claim and POST there are usually a few milliseconds


class ClaimStore(Protocol):
    """The notifications: `herald.store.notification_table.NotificationTable`."""

    def claim(self, notification_id: NotificationId, turn: int, claim_id: str, now: int, /) -> Claimed | Stale | Busy:
        """Claims the attempt of this turn for `CLAIM_TIME`."""

    def get(self, notification_id: NotificationId, now: int, /) -> Notification | None:
        """The notification as it is stored, or None."""

    def save(self, before: Notification, after: Notification, /) -> None:
        """Writes the change. Raises `NotificationConflict` where `before` is no longer what is stored."""


class ReceivedMessageQueue(Protocol):
    """The queue of the deliverer: `herald.messaging.delivery_queue.DeliveryQueue`."""

    def release(self, receipt_handle: str, seconds: int, /) -> None:
        """Makes a received message visible again after so many seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Delivers messages, with these tables and this queue."""

    notifications: ClaimStore
    partners: PartnerReader
    secrets: SecretReader
    queue: ReceivedMessageQueue
    poster: Poster
    settlement: Settlement
    limits: PartnerLimits
    putting_off: PuttingOff
    gate: BreakerGate
    report: BreakerReport
    ladder: Ladder
    new_claim_id: Callable[[], str]

    @property
    def _secrets(self) -> AttemptSecrets:
        return AttemptSecrets(self.partners, self.secrets)

    async def deliver(self, message: DeliveryMessage, receipt: Receipt) -> None:
        """Makes the attempt that the message asks for, if it is still to be made. Raises `MessageReleased`."""
        begun = await asyncio.to_thread(self._begin, message, receipt)
        if begun is None:
            return
        attempted = False
        try:
            attempted = await self._attempt(begun, receipt)
        finally:
            if not attempted:
                await asyncio.to_thread(self.gate.return_permit, begun.permit)

    def _begin(self, message: DeliveryMessage, receipt: Receipt) -> BegunAttempt | None:
        """The attempt that is to be made now. All that comes before the POST is one turn of one thread."""
        permit = self.gate.admit(message, receipt)
        if permit is None:
            return None
        begun = None
        try:
            begun = self._begin_with(permit, message, receipt)
        finally:
            if begun is None:
                self.gate.return_permit(permit)
        return begun

    def _begin_with(self, permit: Permit, message: DeliveryMessage, receipt: Receipt) -> BegunAttempt | None:
        claim_id = self.new_claim_id()
        secrets = self._read_secrets(message, receipt)
        claimed = self._claim(message, claim_id, receipt)
        if claimed is None:
            return None
        if claimed.claims > MAX_CLAIMS:  # the partner does not matter here: it may be what fails
            return BegunAttempt(permit, claim_id, claimed)
        partner = self._partner_of(claimed)
        if partner is None or not partner.may_receive:
            self._hold(claimed, partner)
            return None
        return BegunAttempt(permit, claim_id, claimed, partner, secrets, message.asked)

    async def _attempt(self, begun: BegunAttempt, receipt: Receipt) -> bool:
        """Whether the partner's server was asked."""
        claimed, partner = begun.claimed, begun.partner
        if partner is None:
            attempt = attempt_of(claimed, begun.claim_id, our_fault(now()))
            await self.settlement.settle(claimed, attempt, self.ladder, receipt)
            return False
        try:
            outcome = await self._post_within_limits(begun, partner, receipt)
        except NotYet as later:
            await asyncio.to_thread(self.putting_off.put_off, claimed, later, receipt, asked=begun.asked)
            return False
        if outcome is None:
            return False
        attempt = attempt_of(claimed, begun.claim_id, outcome)
        try:
            await self.settlement.settle(claimed, attempt, partner.ladder or self.ladder, receipt)
        finally:
            if not self.report.has_nothing_to_do(begun.permit, attempt):
                await asyncio.to_thread(self.report.attempted, begun.permit, claimed, attempt)
        return True

    async def _post_within_limits(self, begun: BegunAttempt, partner: Partner, receipt: Receipt) -> Outcome | None:
        """The outcome of the POST; None where it is not to be made any more. Raises `NotYet`."""
        claimed = begun.claimed
        async with self.limits.admit(claimed, partner, receipt, alone=begun.permit.alone):
            if _was_claimed_just_now(claimed) or await asyncio.to_thread(self._is_still_to_be_made, claimed):
                return await self._post(claimed, partner, begun.secrets)
        return None

    def _read_secrets(self, message: DeliveryMessage, receipt: Receipt) -> DecryptedSecrets | None:
        """The partner's secrets, read before the claim: while KMS or a table is unavailable, no attempt is counted."""
        try:
            return self._secrets.before_claim(message.id.partner_id)
        except TableUnavailable:
            self._release(message, receipt)

    def _release(self, message: DeliveryMessage, receipt: Receipt) -> NoReturn:
        """Makes the message visible again soon, but within the poison limit. Nothing was claimed, no POST was made."""
        logger.warning("not claimed", extra={"notification": str(message.id)}, exc_info=True)
        seconds = min(CLAIM_AGAIN_AT_MOST, CLAIM_AGAIN << min(receipt.received - 1, 8))
        self.queue.release(receipt.handle, seconds)
        raise MessageReleased from None

    def _claim(self, message: DeliveryMessage, claim_id: str, receipt: Receipt) -> Notification | None:
        try:
            result = self.notifications.claim(message.id, message.turn, claim_id, now())
        except TableUnavailable:
            self._release(message, receipt)
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
        """Whether the claim still holds. It costs a read."""
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

    async def _post(self, claimed: Notification, partner: Partner, read: DecryptedSecrets | None) -> Outcome:
        """Signs with the secrets read before the claim, although their time may be over; others if they changed."""
        body = claimed.payload.encode()
        secrets = read
        if secrets is None or secrets.version != partner.version:
            secrets = await asyncio.to_thread(self.secrets.of, partner, now())
        headers = signed_headers(secrets.signing(now()), str(claimed.id), now(), body)
        place = {"herald-round": str(claimed.round), "herald-attempt": str(claimed.attempt)}
        headers = {**secrets.headers, **headers, **place}
        outcome = await self.poster.post(
            partner.url or "", body, headers, deadline_seconds=partner.timeout, internal=partner.internal
        )
        return without_secrets(outcome, secrets.every)


def _was_claimed_just_now(claimed: Notification) -> bool:
    return now() - ((claimed.claim_until or 0) - CLAIM_TIME) < AT_ONCE


def hold_reason(partner: Partner | None) -> Reason:
    """Why the partner may not receive."""
    if partner is None or not partner.is_registered:
        return Reason("held.not_registered")
    return Reason("held.no_address" if partner.state is ReviewState.ACTIVE else f"held.{partner.state.value}")
