"""Stores a notification once, and sends its first message where FirstAttempt=AtOnce."""

from collections.abc import Iterable
from functools import cache

from herald.contract.envelope import Envelope
from herald.domain.clock import now
from herald.domain.notification import Notification, receive
from herald.messaging.delivery_queue import DeliveryQueue
from herald.messaging.sqs import QueueUnavailable
from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record
from herald.runtime.settings import get_settings
from herald.store.notification_table import NotificationTable
from submission.duplicates import may_lack_its_message


def store(envelope: Envelope, source: str | None = None) -> Notification | None:
    """Stores it, unless it is stored already; returns it if the caller has to send its first message.

    A duplicate's message is sent again only if the first one may be missing. `source` is the id of the source that
    submitted it. Raises `TableUnavailable`.
    """
    moment, at_once = now(), get_settings().first_attempt == "AtOnce"
    notification = receive(envelope.id, envelope.text, moment, at_once=at_once, source=source)
    there = notifications().put(notification, moment)
    record(Metric.ACCEPTED if there is None else Metric.DUPLICATES)
    return notification if at_once and (there is None or may_lack_its_message(there)) else None


def send(stored: Iterable[Notification]) -> None:
    """Sends their first messages. If that fails, a poll finds the notifications in the due index."""
    dues = [one.due for one in stored]
    try:
        DeliveryQueue(get_settings().delivery_queue_url).send(dues, now())
    except QueueUnavailable:
        logger.warning("message not sent", extra={"notifications": [str(due.id) for due in dues]}, exc_info=True)


@cache
def notifications() -> NotificationTable:
    """Where notifications are stored."""
    return NotificationTable(get_settings().notification_table)
