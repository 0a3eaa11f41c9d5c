"""A strict JSON parser: it refuses what two parsers could read differently, with a message that says where.

Whole numbers become `int`, other numbers exact `Decimal`.
"""

import json
import re
from collections import Counter
from decimal import Decimal
from typing import Any, Final, NoReturn

from herald.languages.catalogue import N_
from herald.languages.message import Message
from herald.languages.refusal import Refusal

MAX_DEPTH = 32
MAX_DIGITS = 64
MAX_EXPONENT = 308  # of a double: a larger one becomes infinity in some parsers

# What Python's parser says, so that the catalogues have it. Its sentence is written as it is where it is not listed.
PROBLEMS: Final = (
    N_("Expecting value"),
    N_("Expecting property name enclosed in double quotes"),
    N_("Expecting ':' delimiter"),
    N_("Expecting ',' delimiter"),
    N_("Illegal trailing comma before end of object"),
    N_("Illegal trailing comma before end of array"),
    N_("Extra data"),
    N_("Unterminated string starting at"),
    N_("Invalid control character at"),
    N_("Invalid \\escape"),
    N_("Invalid \\uXXXX escape"),
)
# A string is one match. Possessive quantifiers keep an unterminated string at linear time.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


class NotStrictJson(Refusal, ValueError):
    """The text is refused; the message says why, and what to send instead."""


def parse(text: str) -> Any:  # noqa: ANN401 - a JSON value is of any type
    """The value of the text. Raises `NotStrictJson`."""
    _check_text(text)
    try:
        value = json.loads(
            text,
            parse_int=_whole,
            parse_float=_decimal,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise NotStrictJson(syntax_error(error)) from None
    _check_strings(value)
    return value


def syntax_error(error: json.JSONDecodeError) -> Message:
    """What Python's parser found, and where."""
    return Message(
        "not JSON: {problem:word} (line {line}, column {column})",
        problem=error.msg,
        line=error.lineno,
        column=error.colno,
    )


def _check_text(text: str) -> None:
    if not text.strip():
        raise NotStrictJson(Message("the request has no body: send the notification as JSON"))
    check_mark(text)
    if "\ufffd" in text:
        raise NotStrictJson(
            Message("the text has a U+FFFD, so it was not UTF-8 when it was sent: encode the JSON as UTF-8")
        )
    _check_depth(text)


def check_mark(text: str) -> None:
    """Raises `NotStrictJson` if the text begins with a byte-order mark."""
    if text.startswith("\ufeff"):
        raise NotStrictJson(Message("the text begins with a byte-order mark: send UTF-8 without one"))


def _check_depth(text: str) -> None:
    """Checked before parsing, so that no text can exhaust the stack."""
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if depth > MAX_DEPTH:
            raise NotStrictJson(too_deep())


def too_deep() -> Message:
    """The sentence about a text that is nested too deeply."""
    return Message("nested deeper than {most}: send a flatter `body`", most=MAX_DEPTH)


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > MAX_DIGITS:
        raise NotStrictJson(_too_many_digits())
    return int(text)


def _decimal(text: str) -> Decimal:
    mantissa, _, exponent = text.lower().partition("e")
    if sum(character.isdigit() for character in mantissa) > MAX_DIGITS:
        raise NotStrictJson(_too_many_digits())
    # The length first: `int` raises for more than 4,300 digits.
    digits = exponent.lstrip("+-0") or "0"
    if len(digits) > len(str(MAX_EXPONENT)) or int(digits) > MAX_EXPONENT:
        raise NotStrictJson(Message("a number has an exponent beyond {most}: send it as a string", most=MAX_EXPONENT))
    return Decimal(f"{mantissa}e{'-' if exponent.startswith('-') else ''}{digits}")


def _too_many_digits() -> Message:
    return Message("a number has more than {most} digits: send it as a string", most=MAX_DIGITS)


def _constant(text: str) -> NoReturn:
    raise NotStrictJson(Message("{text} is not JSON: leave the field out, or send a number", text=text))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        shown = (
            twice[:64].encode(errors="backslashreplace").decode()
        )  # half a surrogate pair cannot be encoded in a response
        raise NotStrictJson(Message("the key `{key}` stands twice in one object: send each key once", key=shown))
    return value


def _check_strings(value: Any) -> None:  # noqa: ANN401 - a JSON value is of any type
    match value:
        case str():
            _check_string(value)
        case list():
            for item in value:
                _check_strings(item)
        case dict():
            for name, item in value.items():
                _check_string(name)
                _check_strings(item)


def _check_string(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotStrictJson(
            Message("a string has half of a surrogate pair (\\ud800 to \\udfff): send whole characters")
        ) from None
