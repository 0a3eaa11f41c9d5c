"""Pydantic's validation errors as one sentence for the publisher: the field, and what to send instead."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from herald.contract.methods import METHODS
from herald.domain.notification_id import ORDER_ID_RULE
from herald.languages.enumeration import any_of, as_written, sentences
from herald.languages.message import Message

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_RULES: Final[Mapping[str, Message]] = {
    "orderId": ORDER_ID_RULE,
    "LHOrderId": Message("a string, or a whole number"),
    "refundId": Message("a string, or a whole number"),
    "method": any_of(as_written(f"`{name}`") for name in METHODS),
    "partnerId": Message("a whole number greater than 0, such as 3528"),
    "orderQuantity": Message("a whole number, 0 or more"),
    "usedQuantity": Message("a whole number, 0 or more: the total used so far"),
    "body": Message('a JSON object with the order: {{"orderId": …}}'),
    "describe": Message("a string"),
    "sncode": Message("a string, several codes joined by `,`"),
}
_WHOLE: Final = Message("a whole number: no fraction, no exponent, no quotation marks, no true or false")


def explain(error: ValidationError) -> Message:
    """All errors, in the order of the fields; a field is named by its path, e.g. `body.orderId`."""
    found = {_path(detail): _sentence(detail) for detail in error.errors(include_url=False, include_context=False)}
    return sentences(found.values())


def _path(detail: "ErrorDetails") -> str:
    if detail["type"].startswith("union_tag"):
        return "method"
    names = [str(part) for part in detail["loc"] if part not in METHODS]  # pydantic puts the method in front
    return ".".join(names[:2])  # the rest names the alternatives of a field's type


def _sentence(detail: "ErrorDetails") -> Message:
    path = _path(detail)
    rule = _RULES.get(path.rpartition(".")[2], _WHOLE)
    if detail["type"] in {"missing", "union_tag_not_found"}:
        # translators: {rule} is a text such as "a string"
        return Message("`{field}` is missing: it is {rule}", field=path, rule=rule)
    # translators: {rule} is a text such as "a string"
    return Message("`{field}` must be {rule}", field=path, rule=rule)
