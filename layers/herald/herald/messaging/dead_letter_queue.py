"""DeadLetterQueue: messages for the dead_letter function, each about an alert that is due."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from herald.domain.notification import Due
from herald.domain.notification_id import NotificationId
from herald.messaging import sqs


class DeadLetterMessage(NamedTuple):
    """A notification that failed in this turn; without one, a partner whose delayed alert is due."""

    partner_id: int
    id: NotificationId | None = None
    turn: int | None = None

    @classmethod
    def parse(cls, body: str) -> "DeadLetterMessage":
        """The message that `DeadLetterQueue` wrote. Raises `ValueError` or `KeyError` for anything else."""
        content = json.loads(body)
        if "id" not in content:
            return cls(int(content["partnerId"]))
        notification_id = NotificationId.parse(content["id"])
        return cls(notification_id.partner_id, notification_id, int(content["turn"]))


class DeadLetterQueue:
    """Sends messages about exhausted ladders and delayed alerts."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, failed: Iterable[Due]) -> int:
        """Sends a message for each failed notification; returns how many. Raises `QueueUnavailable`."""
        return sqs.send(
            self._url,
            (sqs.message({"id": str(one.id), "turn": one.turn}, group=one.id.partner_id) for one in failed),
        )

    def depth(self) -> int:
        """The approximate number of visible messages."""
        return sqs.depth(self._url)

    def remind(self, partner_ids: Iterable[int]) -> int:
        """Sends a message for each partner with a delayed alert; returns how many. Raises `QueueUnavailable`."""
        return sqs.send(
            self._url, (sqs.message({"partnerId": partner_id}, group=partner_id) for partner_id in partner_ids)
        )
