"""Powertools' findings about a request as one sentence for the caller: which field, and what to send instead."""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from herald.domain.notification_id import ORDER_ID_RULE
from herald.domain.partner_number import read_partner_number
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
    "perSecond": "a whole number from 1 to 1000",
    "dryRun": "true or false",
    "cursor": "the `cursor` of the page before",
}
_PLACES = {"body", "query", "path"}
_MOST_TOLD = 10  # findings in one answer
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_UNSEEN = "unseen_character"


def seen(text: str) -> str:
    """The text, of which people see every character: for pydantic, which is told of the first that they do not."""
    if character := unseen(text):
        raise PydanticCustomError(_UNSEEN, "{character}", {"character": character})
    return text


def partner_number(value: object) -> object:
    """The number that the text writes, for pydantic, which would take `+5`, `05` and `5.0` as well."""
    number = read_partner_number(value) if isinstance(value, str) else value
    if number is None:
        raise PydanticCustomError("partner_number", "not a partner's number")
    return number


def moment(value: object) -> object:
    """The text in the form of RFC 3339, for pydantic, which would take numbers, digits and dates as well."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise PydanticCustomError("moment", "not a moment")
    return value


def explain(error: RequestValidationError) -> str:
    """The first ten findings, in the order of the fields, and how many more; fields named as the caller writes them."""
    found = {_field(detail): detail for detail in error.errors()}
    told = [_sentence(detail) for detail in islice(found.values(), _MOST_TOLD)]
    more = len(found) - len(told)
    return "; ".join([*told, *([f"and {more} more"] if more else [])])


def _field(detail: Mapping[str, Any]) -> str:
    return ".".join(to_camel(str(part)) for part in detail["loc"] if part not in _PLACES)


def _sentence(detail: Mapping[str, Any]) -> str:
    field = _field(detail)
    rule = RULES.get(field, "something else")
    match detail["type"]:
        case "missing":
            return f"`{field}` is missing: it is {rule}"
        case "extra_forbidden":
            return f"`{field[:64]}` is not known here: leave it out"
        case kind if kind == _UNSEEN:
            return f"`{field}` must be {rule}, without {detail['msg']}, which nobody sees"
        case _:
            return f"`{field}` must be {rule}"
