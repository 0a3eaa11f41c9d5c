"""Pydantic's validation errors as one sentence for the publisher: the field, and what to send instead."""

from typing import TYPE_CHECKING

from pydantic import ValidationError

from herald.contract.methods import METHODS
from herald.domain.notification_id import ORDER_ID_RULE

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_RULES = {
    "orderId": ORDER_ID_RULE,
    "LHOrderId": "a string, or a whole number",
    "refundId": "a string, or a whole number",
    "method": " or ".join(f"`{name}`" for name in METHODS),
    "partnerId": "a whole number greater than 0, such as 3528",
    "orderQuantity": "a whole number, 0 or more",
    "usedQuantity": "a whole number, 0 or more: the total used so far",
    "body": 'a JSON object with the order: {"orderId": …}',
    "describe": "a string",
    "sncode": "a string, several codes joined by `,`",
}
_WHOLE = "a whole number: no fraction, no exponent, no quotation marks, no true or false"


def explain(error: ValidationError) -> str:
    """All errors, in the order of the fields; a field is named by its path, e.g. `body.orderId`."""
    found = {_path(detail): _sentence(detail) for detail in error.errors(include_url=False, include_context=False)}
    return "; ".join(found.values())


def _path(detail: "ErrorDetails") -> str:
    if detail["type"].startswith("union_tag"):
        return "method"
    names = [str(part) for part in detail["loc"] if part not in METHODS]  # pydantic puts the method in front
    return ".".join(names[:2])  # the rest names the alternatives of a field's type


def _sentence(detail: "ErrorDetails") -> str:
    path = _path(detail)
    rule = _RULES.get(path.rpartition(".")[2], _WHOLE)
    missing = detail["type"] in {"missing", "union_tag_not_found"}
    return f"`{path}` {'is missing: it is' if missing else 'must be'} {rule}"
