"""The notifications that are submitted, and how the shop system answers. Pure: the same seed gives the same."""

import json
from dataclasses import replace
from random import Random
from typing import Final

from tools.sample_partner import Behavior, CannedResponse, plain

PARTNER_ID: Final = 6014  # at the platform
FAILS: Final = 0.35  # of the requests to the shop system
DELAY: Final = 150  # ms until it answers

_FAILURES: Final = (
    plain(503, b"out of order"),
    plain(500, b"out of order"),
    plain(200, b"SUCCESS"),
    plain(429, b"too many requests"),
    CannedResponse(name="close", behavior=Behavior.RAW, body=b""),
    CannedResponse(name="cut", behavior=Behavior.RAW, body=b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsucc"),
)
_SUCCESS: Final = plain(200, b"success")


def order_id(number: int) -> str:
    """The n-th order."""
    return f"E-{number:06}"


def payload(number: int) -> bytes:
    """The n-th notification, as the platform's publisher submits it."""
    body = {
        "orderId": order_id(number),
        "LHOrderId": str(15_000 + number),
        "orderStatus": 9,
        "orderQuantity": 3,
        "usedQuantity": 1 + number % 2,
        "sncode": str(411_258_698_456 + 7_919 * number),
    }
    envelope = {"code": 10000, "describe": "執行成功", "partnerId": PARTNER_ID, "method": "snNotify", "body": body}
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()


def answers(seed: int, count: int) -> list[CannedResponse]:
    """The shop system's answers to so many requests: any of its failures or `success`; `success` to all after them."""
    random = Random(seed)  # noqa: S311 - a run that can be repeated, no secret
    drawn = [random.choice(_FAILURES) if random.random() < FAILS else _SUCCESS for _ in range(count)]
    return [replace(one, delay_ms=DELAY) for one in (*drawn, _SUCCESS)]
