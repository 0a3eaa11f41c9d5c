"""Validation errors as sentences for the caller: which field, and what to send instead."""

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from herald.contract.methods import METHODS
from herald.domain.attempt import Verdict
from herald.domain.notification_id import ORDER_ID_RULE
from herald.domain.partner_number import is_partner_number, read_partner_number
from herald.domain.transitions import State
from herald.languages.enumeration import all_of, as_written, sentences
from herald.languages.message import Message
from herald.runtime.visible import unseen

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
    from pydantic import ValidationError

_MOMENT: Final = Message(
    "a moment with its time zone, such as 2026-11-23T04:00:00Z, as a string in the form of RFC 3339"
)


def one_of(values: Iterable[str]) -> Message:
    """The rule of a field that has one of these values."""
    return Message("one of {allowed}", allowed=all_of(as_written(f"`{value}`") for value in values))


RULES: Final[Mapping[str, Message]] = {
    "reason": Message("1 to 500 characters that say why"),
    "turn": Message("a whole number, the turn that you saw"),
    "partnerId": Message("a whole number greater than 0 and of up to 15 digits, such as 3528"),
    "name": Message("1 to 200 characters in one line"),
    "contact": Message("at most 200 characters in one line"),
    "url": Message("a string, the partner's address"),
    "internal": Message("true or false"),
    "ladder": Message('a string of waits, such as "3m 6m 12m"'),
    "timeout": Message("a whole number of seconds from 1 to 15, or null for none of its own"),
    "ratePerSecond": Message("a whole number from 1 to 200, or null for no limit"),
    "concurrency": Message("a whole number from 1 to 50, or null for no limit"),
    "headers": Message(
        'texts by the names of headers, and null for a header to be removed, such as {{"X-Api-Key": "…"}}'
    ),
    "webhookSecret": Message("a string, the sender's secret as Standard Webhooks writes it, or null for none"),
    "cidrs": Message('a list of at most 20 networks, such as ["203.0.113.0/24"], or null for none'),
    "header": Message(
        'a header with its value, such as {{"name": "X-Platform-Token", "value": "…"}}, or null for none'
    ),
    "which": Message("`proposed` or `approved`"),
    "force": Message("true or false"),
    "state": one_of(State),
    "method": one_of(METHODS),
    "verdict": one_of(Verdict),
    "sncode": Message("one voucher code, of 1 to 200 characters"),
    "from": _MOMENT,
    "to": _MOMENT,
    "orderId": ORDER_ID_RULE,
    "limit": Message("a whole number from 1 to 100"),
    "action": Message("`redrive`, `resolve` or `cancel`"),
    "filter": Message('which notifications, such as {{"partnerId": 3528, "state": "failed"}}'),
    "filter.partnerId": Message("a whole number greater than 0 and of up to 15 digits, such as 3528"),
    "filter.state": Message("`failed`, `held` or `waiting`"),
    "filter.since": _MOMENT,
    "filter.before": _MOMENT,
    "role": Message("`publisher`, `operator`, `partner` or `viewer`"),
    "partnerIds": Message("a list of 1 to 100 partners' numbers, such as [3528, 3529]"),
    "expiresAt": Message(
        "a moment with its time zone, such as 2027-11-23T04:00:00Z, as a string in the form of RFC 3339"
    ),
    "perSecond": Message("a whole number from 1 to 1000"),
    "dryRun": Message("true or false"),
    "cursor": Message("the `cursor` of the page before"),
}
_LOCATIONS = {"body", "query", "path"}
_MAX_ERRORS = 10  # in one response
_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")
_INVISIBLE = "invisible_character"


def only_visible(text: str) -> str:
    """The text. A pydantic validator; the error names the first character that is not visible."""
    if character := unseen(text):
        raise PydanticCustomError(_INVISIBLE, "{character}", {"character": character})
    return text


def whole_number(value: object) -> object:
    """The number in the text. A pydantic validator: pydantic itself also accepts `+5`, `05`, ` 5` and `5.0`."""
    if isinstance(value, str) and not _WHOLE_NUMBER.fullmatch(value):
        raise PydanticCustomError("whole_number", "not the form of a number")
    return value


def stripped(value: object) -> object:
    """The text without white space at its ends, as the codes of a payload are compared. A pydantic validator."""
    return value.strip() if isinstance(value, str) else value


def known_method(value: object) -> object:
    """The name of a method of the contract. A pydantic validator."""
    if isinstance(value, str) and value not in METHODS:
        raise PydanticCustomError("method", "not a method of the contract")
    return value


def partner_number(value: object) -> object:
    """The number in the text. A pydantic validator: pydantic itself also accepts `+5`, `05` and `5.0`."""
    number = read_partner_number(value) if isinstance(value, str) else value
    if number is None:
        raise PydanticCustomError("partner_number", "not a partner's number")
    return number


def partner_numbers(value: object) -> object:
    """The list. A pydantic validator, so that a wrong element is an error of the whole list."""
    if value is not None and not (isinstance(value, list) and all(map(is_partner_number, value))):
        raise PydanticCustomError("partner_numbers", "not a list of partners' numbers")
    return value


def texts_by_name(value: object) -> object:
    """The object. A pydantic validator, so that an error names the whole and tells no value of it."""
    texts = isinstance(value, dict) and all(text is None or isinstance(text, str) for text in value.values())
    if value is not None and not texts:
        raise PydanticCustomError("texts_by_name", "not texts by name")
    return value


def texts(value: object) -> object:
    """The list. A pydantic validator, so that a wrong element is an error of the whole list."""
    if value is not None and not (isinstance(value, list) and all(isinstance(text, str) for text in value)):
        raise PydanticCustomError("texts", "not a list of texts")
    return value


def header_with_value(value: object) -> object:
    """The object. A pydantic validator, so that an error names the whole and tells no value of it."""
    if value is not None and not (isinstance(value, dict) and set(value) == {"name", "value"}):
        raise PydanticCustomError("header_with_value", "not a header with its value")
    if isinstance(value, dict) and not all(isinstance(text, str) for text in value.values()):
        raise PydanticCustomError("header_with_value", "not texts")
    return value


def rfc3339(value: object) -> object:
    """The text in the form of RFC 3339. A pydantic validator: pydantic itself also accepts numbers and dates."""
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise PydanticCustomError("rfc3339", "not a time in the form of RFC 3339")
    return value


def explain(error: "RequestValidationError | ValidationError") -> Message:
    """The first ten errors in the order of the fields, named as callers write them, and the number of the others."""
    found = {_field(detail): detail for detail in error.errors()}
    first = [_sentence(detail) for detail in islice(found.values(), _MAX_ERRORS)]
    others = len(found) - len(first)
    return sentences([*first, *([Message("and {others} more", others=others)] if others else [])])


def _field(detail: Mapping[str, Any]) -> str:
    return ".".join(to_camel(str(part)) for part in detail["loc"] if part not in _LOCATIONS)


def _sentence(detail: Mapping[str, Any]) -> Message:
    field = _field(detail)
    rule = RULES.get(field, Message("something else"))
    match detail["type"]:
        case "missing":
            return Message("`{field}` is missing: it is {rule}", field=field, rule=rule)
        case "extra_forbidden":
            return Message("`{field}` is not known here: leave it out", field=field[:64])
        case kind if kind == _INVISIBLE:
            return Message(
                "`{field}` must be {rule}, without {character}, which nobody sees",
                field=field,
                rule=rule,
                character=detail["msg"],
            )
        case _:
            return Message("`{field}` must be {rule}", field=field, rule=rule)
