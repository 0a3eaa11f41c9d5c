"""The public id of a notification: `<partnerId>_<base64url(orderId)>_<32 hex digits of its digest>`.

Safe in a URL and in the header `webhook-id`. It is split at the first and the last `_`, because base64url has `_` too.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final, override

from herald.languages.message import Message
from herald.languages.refusal import Refusal

ORDER_ID = r"[\x21-\x7e]{1,64}"  # a pattern for the whole text
ORDER_ID_RULE: Final = Message("1 to 64 printable ASCII characters without spaces")  # the same, for callers
# A number of DynamoDB has at most 38 digits; 86 characters of base64 are 64 bytes.
FORM = re.compile(r"([1-9][0-9]{0,37})_([A-Za-z0-9_-]{1,86})_([0-9a-f]{32})")
_ORDER_ID = re.compile(ORDER_ID.encode())


class MalformedId(Refusal, ValueError):
    """The text is not the id of a notification."""

    def __init__(self, text: str) -> None:
        super().__init__(
            Message(
                "`{text}` is not a notification's id: it reads <partnerId>_<base64url(orderId)>_<32 hex digits>",
                text=text[:200],
            )
        )


@dataclass(frozen=True, slots=True)
class NotificationId:
    """The partner, its order number, and the digest of the envelope (32 hex digits)."""

    partner_id: int
    order_id: str
    digest: str

    @property
    def order_key(self) -> str:
        """The hash key in NotificationTable, common to all notifications of one order."""
        return f"{self.partner_id}:{self.order_id}"

    @classmethod
    def from_keys(cls, order_key: str, digest: str) -> "NotificationId":
        """The id of the item with this primary key."""
        partner_id, _, order_id = order_key.partition(":")
        return cls(int(partner_id), order_id, digest)

    @classmethod
    def parse(cls, text: str) -> "NotificationId":
        """The id that `str()` wrote. Raises `MalformedId` for any other text: a notification has exactly one id."""
        form = FORM.fullmatch(text)
        order_id = _decode(form[2]) if form else None
        if form is None or order_id is None:
            raise MalformedId(text)
        return cls(int(form[1]), order_id, form[3])

    @override
    def __str__(self) -> str:
        return f"{self.partner_id}_{_encode(self.order_id)}_{self.digest}"


def _encode(order_id: str) -> str:
    return urlsafe_b64encode(order_id.encode("ascii")).decode("ascii").rstrip("=")


def _decode(encoded: str) -> str | None:
    try:
        order_id = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except ValueError:
        return None
    text = order_id.decode("ascii") if _ORDER_ID.fullmatch(order_id) else None
    return text if text is not None and _encode(text) == encoded else None  # base64 can write it in several ways
