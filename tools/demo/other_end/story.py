"""Who takes part in the fourth story, and what is submitted."""

import json
from typing import Final

from herald.domain.clock import SECOND
from herald.domain.ladder import Ladder

PARTNER_ID: Final = 6014  # at the platform
PARTNER: Final = "Lantern Tours"
SHOP_ID: Final = 1  # at the partner
SHOP: Final = "shop system"
STACK_NAME: Final = "herald-partner"
# Equal waits: what was refused in the order of arrival comes again in that order. Long enough for all of the
# notifications to be refused once before the first of them comes again.
LADDER: Final = "8s 8s 8s 8s"
RUNGS: Final = tuple(wait / SECOND for wait in Ladder.parse(LADDER).waits)  # the same, in seconds
PARAMETERS: Final = {"Ladder": LADDER, "AttemptTimeout": "2", "FirstAttempt": "AtOnce"}
OUT_OF_ORDER: Final = "503 out of order"
ORDER: Final = "LAN-20261127-03"
COUNT: Final = 3  # vouchers of the order, each redeemed by itself


def payload(used: int) -> bytes:
    """The envelope after so many of the order's vouchers were redeemed, as the platform's publisher sends it."""
    body = {
        "orderId": ORDER,
        "LHOrderId": "15391",
        "orderStatus": 8 if used == COUNT else 9,
        "orderQuantity": COUNT,
        "usedQuantity": used,
    }
    envelope = {"code": 10000, "describe": "執行成功", "partnerId": PARTNER_ID, "method": "snNotify", "body": body}
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
