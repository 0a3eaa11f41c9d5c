"""What a deletion on request leaves of a notification's content. Pure."""

import json

from herald.domain.clock import iso
from herald.domain.notification_id import NotificationId
from herald.languages.message import Message
from herald.languages.refusal import Refusal


class ContentDeleted(Refusal):
    """The content of the notification was deleted, so it cannot be sent. The message says when."""

    def __init__(self, deleted_at: int) -> None:
        super().__init__(Message("its content was deleted at {at:moment}: nothing is left to send", at=iso(deleted_at)))


def content_left(notification_id: NotificationId, payload: str) -> str:
    """In the place of the payload: the envelope with its method and its order's number, and nothing else of it."""
    body = {"orderId": notification_id.order_id, "orderStatus": 0, "orderQuantity": 0, "usedQuantity": 0}
    method = json.loads(payload)["method"]
    envelope = {"code": 0, "describe": "", "partnerId": notification_id.partner_id, "method": method, "body": body}
    return json.dumps(envelope, separators=(",", ":"))
