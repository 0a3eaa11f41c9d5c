"""The payload of a notification: what it says in words, its fields with their meaning, and its text."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from console.pages.notifications.disclosure import Disclosure, codes_of, payload_of
from console.rendering.page import translate
from herald.languages.catalogue import N_
from herald.languages.words import METHODS

if TYPE_CHECKING:
    from customer_service.schemas.notifications import Notification

MEANINGS: Final = {
    "code": N_("10000 success; 20000 a business refusal, such as a rejected refund"),
    "describe": N_("the result in words"),
    "partnerId": N_("the partner's number"),
    "method": N_("snNotify: a code was used; reNotify: a refund was decided"),
    "body.orderId": N_("the partner's order number"),
    "body.LHOrderId": N_("the platform's order number"),
    "body.orderStatus": N_("8 all used, 9 partly used, 6 refunded, 7 refund refused"),
    "body.orderQuantity": N_("how many were ordered"),
    "body.usedQuantity": N_("how many are used in all"),
    "body.sncode": N_("the voucher codes used"),
    "body.quantity": N_("how many this refund covers"),
    "body.reQuantity": N_("how many are refunded in all"),
    "body.reStatus": N_("the refund's status"),
    "body.refundId": N_("the refund's serial number"),
}
_TEXT: Final = 5 * 1024  # bytes on the page, as are the following
_VALUES: Final = 4 * 1024  # of all fields together
_NAME: Final = 120
_FIELDS: Final = 40
_CODES: Final = 5
_CODE: Final = 80
_DESCRIPTION: Final = 300


def payload_view(one: "Notification", disclosure: Disclosure) -> dict[str, Any]:
    """The payload's fields, as many as are shown, and its text."""
    fields = [*_fields(payload_of(one["payload"]))]
    count = disclosure.count(_FIELDS, len(fields))
    text = disclosure.json(one["payload"], _TEXT)
    return {
        "fields": [_row(name, value, disclosure, _VALUES // max(count, 10)) for name, value in fields[:count]],
        "more_fields": len(fields) - count,
        "text": text,
    }


def facts_of(one: "Notification", disclosure: Disclosure) -> dict[str, Any]:
    """What the partner is told, as far as the contract's fields say it."""
    payload = payload_of(one["payload"])
    body, codes = payload["body"], [*codes_of(payload)]
    count = disclosure.count(_CODES, len(codes))
    return {
        "event": event_of(one["method"], disclosure),
        "used": _used(body),
        "refunded": _text(body.get("reQuantity")),
        "codes": [disclosure.code(code, _CODE) for code in codes[:count]],
        "more_codes": len(codes) - count,
        "describe": disclosure.text(payload["describe"], _DESCRIPTION),
    }


def event_of(method: str, disclosure: Disclosure) -> str:
    """The method in words; its name where a later version of Herald knows it."""
    return translate(METHODS[method]) if method in METHODS else disclosure.text(method, _NAME)


def _used(body: dict[str, Any]) -> str:
    if body.get("usedQuantity") is None:
        return ""
    ordered = "?" if body.get("orderQuantity") is None else body["orderQuantity"]
    return translate("{used} of {ordered} used", used=body["usedQuantity"], ordered=ordered)


def _fields(payload: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The members of the payload and of its body, in their order."""
    for name, value in payload.items():
        if name == "body":
            yield from ((f"body.{inner}", value) for inner, value in value.items())
        else:
            yield name, value


def _row(name: str, value: Any, disclosure: Disclosure, size: int) -> dict[str, str]:  # noqa: ANN401 - a JSON value is of any type
    meaning = translate(MEANINGS[name]) if name in MEANINGS else ""
    return {"name": disclosure.text(name, _NAME), "value": _value(value, disclosure, size), "meaning": meaning}


def _value(value: Any, disclosure: Disclosure, size: int) -> str:  # noqa: ANN401 - a JSON value is of any type
    if isinstance(value, str):
        return disclosure.text(value, size)
    return disclosure.json(json.dumps(value, ensure_ascii=False), size)


def _text(value: Any) -> str:  # noqa: ANN401 - a JSON value is of any type
    return "" if value is None else str(value)
