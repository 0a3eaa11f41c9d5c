"""The public name of a notification: `<partnerId>_<base64url(orderId)>_<32 hex digits of its digest>`.

Safe in a URL and as `webhook-id`; taken apart at the first and the last `_`, because base64url uses `_` too.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import override

_FORM = re.compile(r"([1-9][0-9]*)_([A-Za-z0-9_-]+)_([0-9a-f]{32})")


class MalformedId(ValueError):
    """The text is not the id of a notification."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"`{text[:200]}` is not a notification's id: it reads <partnerId>_<base64url(orderId)>_<32 hex digits>"
        )


@dataclass(frozen=True, slots=True)
class NotificationId:
    """Which notification: the partner, its order number, and the digest of what is told (32 hex digits)."""

    partner_id: int
    order_id: str
    digest: str

    @property
    def order_key(self) -> str:
        """The hash key under which all notifications of one order stand together."""
        return f"{self.partner_id}:{self.order_id}"

    @classmethod
    def from_keys(cls, order_key: str, digest: str) -> "NotificationId":
        """The id of the item with these keys of the table."""
        partner_id, _, order_id = order_key.partition(":")
        return cls(int(partner_id), order_id, digest)

    @classmethod
    def parse(cls, text: str) -> "NotificationId":
        """The id that `str()` wrote. Raises `MalformedId`."""
        form = _FORM.fullmatch(text)
        if form is None:
            raise MalformedId(text)
        encoded = form[2]
        try:
            order_id = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode("ascii")
        except ValueError:
            raise MalformedId(text) from None
        return cls(int(form[1]), order_id, form[3])

    @override
    def __str__(self) -> str:
        order = urlsafe_b64encode(self.order_id.encode("ascii")).decode("ascii").rstrip("=")
        return f"{self.partner_id}_{order}_{self.digest}"
