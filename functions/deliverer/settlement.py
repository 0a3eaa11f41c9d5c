"""The end of an attempt: its outcome is saved, and the message that follows from it is sent."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from deliverer.attempt_log import log_attempt
from deliverer.metrics import measure_attempt
from deliverer.receipt import Receipt
from herald.domain.attempt import Attempt
from herald.domain.clock import now
from herald.domain.ladder import Ladder
from herald.domain.notification import Due, Lane, Notification, is_logged, settle
from herald.messaging.sqs import QueueUnavailable
from herald.runtime.logging import logger
from herald.store.dynamodb import TableUnavailable
from herald.store.notification_table import NotificationConflict

# Seconds until a settle that the table refused is tried again, while the function has time: a settle that is given up
# means one more attempt, although nothing crashed.
SETTLE_PAUSES = (0.2, 1, 3, 5, 8)


class SettledNotificationStore(Protocol):
    """The notifications: `herald.store.notification_table.NotificationTable`."""

    def save(self, before: Notification, after: Notification, /) -> None:
        """Writes the change. Raises `NotificationConflict` where `before` is no longer what is stored."""


class NextAttemptQueue(Protocol):
    """The queue of the deliverer: `herald.messaging.delivery_queue.DeliveryQueue`."""

    def send(self, dues: Sequence[Due], now: int, /) -> int:
        """Sends a message for each, to be received when it is due. Returns how many were sent."""


class FailureQueue(Protocol):
    """The queue of dead letters: `herald.messaging.dead_letter_queue.DeadLetterQueue`."""

    def send(self, failed: Sequence[Due], /) -> int:
        """Sends a dead letter for each. Returns how many were sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Settles attempts in the table and the queues. `canary` is the canary's partner, excluded from a success rate."""

    notifications: SettledNotificationStore
    queue: NextAttemptQueue
    dead_letters: FailureQueue
    retention_days: int
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep  # seconds
    canary: int | None = None

    async def settle(self, claimed: Notification, attempt: Attempt, ladder: Ladder, receipt: Receipt) -> None:
        """Saves the outcome, and tries again while the table is unavailable and the function has time.

        Every try uses the same moment, so that it recognizes what an earlier one has written, and sends its message.
        Raises `TableUnavailable`.
        """
        settled_at = now()
        for pause in (*SETTLE_PAUSES, None):
            try:
                return await asyncio.to_thread(self.settle_once, claimed, attempt, ladder, settled_at)
            except TableUnavailable:
                if pause is None or not receipt.time_for(pause):
                    raise
                logger.warning("not settled yet", extra={"notification": str(claimed.id)}, exc_info=True)
                await self.pause(pause)
        return None

    def settle_once(self, claimed: Notification, attempt: Attempt, ladder: Ladder, settled_at: int) -> None:
        """One try. Raises `TableUnavailable`."""
        after, turn_ended = self._save_outcome(claimed, attempt, ladder, settled_at)
        if after is not None and turn_ended:
            self._send_next(after)
        measure_attempt(claimed, attempt, after, canary=self.canary)
        log_attempt(claimed, attempt, after)

    def _save_outcome(
        self, claimed: Notification, attempt: Attempt, ladder: Ladder, settled_at: int
    ) -> tuple[Notification | None, bool]:
        """The notification as it is stored now, None if it is gone, and whether this attempt has ended its turn.

        A conflict means that the notification changed after the claim: the outcome is saved in what is stored now.
        Whatever else ended the turn has sent the next message itself.
        """
        current: Notification | None = claimed
        while current is not None and not is_logged(current, attempt.claim_id):
            after = settle(current, attempt, ladder, settled_at, self.retention_days)
            try:
                self.notifications.save(current, after)
            except NotificationConflict as conflict:
                current = conflict.current
            else:
                return after, after.turn != current.turn
        return current, False

    def _send_next(self, settled: Notification) -> None:
        """The message of the next attempt, or the dead letter. Where it cannot be sent, a poll sends it."""
        try:
            if settled.lane is Lane.SENT:
                self.queue.send([settled.due], now())
            elif settled.lane is Lane.ALERT:
                self.dead_letters.send([settled.due])
        except QueueUnavailable:
            logger.warning("message not sent", extra={"notification": str(settled.id)}, exc_info=True)
