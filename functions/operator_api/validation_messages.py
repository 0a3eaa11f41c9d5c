"""Powertools' validation errors as sentences for the caller: which field, and what to send instead."""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from herald.domain.notification_id import ORDER_ID_RULE
from herald.domain.partner_number import is_partner_number, read_partner_number
from herald.runtime.visible import unseen

RULES: Mapping[str, str] = {
    "reason": "1 to 500 characters that say why",
    "turn": "a whole number, the turn that you saw",
    "partnerId": "a whole number greater than 0 and of up to 15 digits, such as 3528",
    "name": "1 to 200 characters in one line",
    "contact": "at most 200 characters in one line",
    "url": "a string, the partner's address",
    "ladder": 'a string of waits, such as "3m 6m 12m"',
    "which": "`proposed` or `approved`",
    "force": "true or false",
    "state": "`failed` or `held`",
    "orderId": ORDER_ID_RULE,
    "limit": "a whole number from 1 to 100",
    "action": "`redrive`, `resolve` or `cancel`",
    "filter": 'which notifications, such as {"partnerId": 3528, "state": "failed"}',
    "filter.partnerId": "a whole number greater than 0 and of up to 15 digits, such as 3528",
    "filter.state": "`failed` or `held`",
    "filter.since": "a moment with its time zone, such as 2026-11-23T04:00:00Z, as a string in the form of RFC 3339",
    "filter.before": "a moment with its time zone, such as 2026-11-23T04:00:00Z, as a string in the form of RFC 3339",
    "role": "`publisher`, `operator`, `partner` or `viewer`",
    "partnerIds": "a list of 1 to 100 partners' numbers, such as [3528, 3529]",
    "expiresAt": "a moment with its time zone, such as 2027-11-23T04:00:00Z, as a string in the form of RFC 3339",
    "perSecond": "a whole number from 1 to 1000",
    "dryRun": "true or false",
    "cursor": "the `cursor` of the page before",
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


def rfc3339(value: object) -> object:
    """The text in the form of RFC 3339. A pydantic validator: pydantic itself also accepts numbers and dates."""
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise PydanticCustomError("rfc3339", "not a time in the form of RFC 3339")
    return value


def explain(error: RequestValidationError) -> str:
    """The first ten errors in the order of the fields, named as callers write them, and the number of the others."""
    found = {_field(detail): detail for detail in error.errors()}
    sentences = [_sentence(detail) for detail in islice(found.values(), _MAX_ERRORS)]
    more = len(found) - len(sentences)
    return "; ".join([*sentences, *([f"and {more} more"] if more else [])])


def _field(detail: Mapping[str, Any]) -> str:
    return ".".join(to_camel(str(part)) for part in detail["loc"] if part not in _LOCATIONS)


def _sentence(detail: Mapping[str, Any]) -> str:
    field = _field(detail)
    rule = RULES.get(field, "something else")
    match detail["type"]:
        case "missing":
            return f"`{field}` is missing: it is {rule}"
        case "extra_forbidden":
            return f"`{field[:64]}` is not known here: leave it out"
        case kind if kind == _INVISIBLE:
            return f"`{field}` must be {rule}, without {detail['msg']}, which nobody sees"
        case _:
            return f"`{field}` must be {rule}"
