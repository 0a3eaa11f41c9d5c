"""DeliveryQueue: messages with a notification and a turn, each delayed until the attempt is due."""

import json
from collections.abc import Iterable
from math import ceil
from typing import NamedTuple

from herald.domain.clock import SECOND
from herald.domain.notification import LONGEST_DELAY, Due
from herald.domain.notification_id import NotificationId
from herald.messaging import sqs


class DeliveryMessage(NamedTuple):
    """The notification, the turn for which the message was sent, and whether a person asked for the attempt now."""

    id: NotificationId
    turn: int
    asked: bool = False  # then it is the next probe where the partner's breaker is open

    @classmethod
    def parse(cls, body: str) -> "DeliveryMessage":
        """The message that `DeliveryQueue.send` wrote. Raises `ValueError` or `KeyError` for anything else."""
        content = json.loads(body)
        return cls(NotificationId.parse(content["id"]), int(content["turn"]), bool(content.get("asked")))


class DeliveryQueue:
    """Sends the messages for attempts. The deliverer receives them."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, dues: Iterable[Due], now: int, *, asked: bool = False) -> int:
        """Sends a message for each, delayed until it is due; returns how many. Raises `QueueUnavailable`.

        `asked`: a person asked for the attempt.
        """
        more = {"asked": True} if asked else {}
        return sqs.send(
            self._url,
            (
                sqs.message(
                    {"id": str(due.id), "turn": due.turn, **more},
                    group=due.id.partner_id,
                    delay_seconds=delay_seconds(due.due_at, now),
                )
                for due in dues
            ),
        )

    def release(self, receipt_handle: str, seconds: int) -> None:
        """Makes a received message visible again after so many seconds (0 to 43,200)."""
        sqs.client().change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
        )

    def depth(self) -> int:
        """The approximate number of visible messages."""
        return sqs.depth(self._url)


def delay_seconds(due_at: int, now: int) -> int:
    """Whole seconds until `due_at`, rounded up. Raises `ValueError` beyond SQS's limit of 900."""
    wait = max(0, due_at - now)
    if wait > LONGEST_DELAY:
        message = f"due in {wait} ms: SQS delays a message by {LONGEST_DELAY} ms at most"
        raise ValueError(message)
    return ceil(wait / SECOND)
