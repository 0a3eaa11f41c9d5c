"""Where a partner's limits forbid an attempt now: its claim is given up, and its message comes back later.

The table first: the due time moves, so that no poll takes the notification for overdue. Then the message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Protocol

from deliverer.partner_limits import NotYet
from deliverer.receipt import MessageReleased, Receipt
from herald.domain.clock import SECOND, now
from herald.domain.notification import Due, Lane, Notification, put_off
from herald.messaging.sqs import QueueUnavailable
from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record
from herald.store.notification_table import NotificationConflict

# A message that is released stays in flight, of which a queue allows 120,000: with 900 s, partners with a backlog and
# together 133 a second would reach that, and nobody's messages would be received. One that is delayed is not in flight.
LONGEST_IN_FLIGHT = 60 * SECOND


class PutOffStore(Protocol):
    """The notifications: `herald.store.notification_table.NotificationTable`."""

    def save(self, before: Notification, after: Notification, /) -> None:
        """Writes the change. Raises `NotificationConflict` where `before` is no longer what is stored."""


class PutOffQueue(Protocol):
    """The queue of the deliverer: `herald.messaging.delivery_queue.DeliveryQueue`."""

    def release(self, receipt_handle: str, seconds: int, /) -> None:
        """Makes a received message visible again after so many seconds."""

    def send(self, dues: Sequence[Due], now: int, /, *, asked: bool = False) -> int:
        """Sends a message for each, to be received when it is due. Returns how many were sent."""


@dataclass(frozen=True, slots=True)
class PuttingOff:
    """Puts attempts off, in the table and in the queue."""

    notifications: PutOffStore
    queue: PutOffQueue

    def put_off(self, claimed: Notification, later: NotYet, receipt: Receipt, *, asked: bool = False) -> None:
        """Makes it due again at that moment. Raises `MessageReleased` where its message stays in the queue.

        `asked`: its message says that a person asked for the attempt, and so must another one.
        """
        after = put_off(claimed, later.due_at, now(), reserved_at=later.reserved_at)
        try:
            self.notifications.save(claimed, after)
        except NotificationConflict:  # by an operator, who has sent a message if one is needed
            logger.info("changed by somebody else", extra={"notification": str(claimed.id)})
            return
        record(Metric.PUT_OFF)
        logger.info("put off", extra={"notification": str(claimed.id), "due_at": later.due_at})
        wait = max(0, later.due_at - now())
        is_replaced = wait > LONGEST_IN_FLIGHT or receipt.is_last
        if after.lane is Lane.SENT and not (is_replaced and self._is_sent_anew(after, asked=asked)):
            self.queue.release(receipt.handle, ceil(wait / SECOND))
            raise MessageReleased

    def _is_sent_anew(self, after: Notification, *, asked: bool) -> bool:
        """Whether another message was sent."""
        try:
            self.queue.send([after.due], now(), asked=asked)
        except QueueUnavailable:
            logger.warning("message not sent", extra={"notification": str(after.id)}, exc_info=True)
            return False
        return True
