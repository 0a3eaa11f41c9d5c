"""Several notifications in one text: a JSON array, or one on each line. Each keeps its characters as they were sent."""

import json
from collections.abc import Iterator
from typing import Final

from herald.contract.strict_json import NotStrictJson, check_mark, syntax_error, too_deep
from herald.languages.message import Message
from herald.languages.refusal import Refusal

MAX_NOTIFICATIONS: Final = 100
# Of the text in UTF-8. Lambda's limit for a request is 6 MB: in base64 this takes 5.6 MB, and as a JSON string as much
# as its quotes and backslashes add. API Gateway itself refuses what is larger then.
MAX_BATCH_BYTES: Final = 4 * 1024 * 1024
_WHITE: Final = " \t\n\r"  # JSON's white space; Python's `strip` would take other characters as well
# It checks nothing but the syntax: numbers are not converted, and what else is refused concerns one notification.
_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


class BatchRefused(Refusal, ValueError):
    """The text is no batch, so none of its notifications is looked at; the message says what to send instead."""


class BatchTooLarge(Refusal, ValueError):
    """The text is longer than 4 MiB."""


def split(text: str) -> list[str]:
    """The text of each notification, in order, without the white space around it. At least 1, at most 100.

    A text that begins with `[` is a JSON array, and is refused as a whole if it is not JSON. In any other one each line
    that is not blank is a notification, whether it is JSON or not. Raises `BatchRefused` or `BatchTooLarge`.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BATCH_BYTES:
        raise BatchTooLarge(Message("a batch has at most {most} bytes: send fewer notifications", most=MAX_BATCH_BYTES))
    try:
        check_mark(text)
    except NotStrictJson as refused:
        raise BatchRefused(refused.message) from None
    parts = _elements(text) if text.lstrip(_WHITE).startswith("[") else _lines(text)
    if not parts:
        raise BatchRefused(
            Message("the batch has no notification: send a JSON array of them, or one notification on each line")
        )
    if len(parts) > MAX_NOTIFICATIONS:
        raise BatchRefused(
            Message(
                "a batch has at most {most} notifications, this one has {count}: send the others in further batches",
                most=MAX_NOTIFICATIONS,
                count=len(parts),
            )
        )
    return parts


def _lines(text: str) -> list[str]:
    return [line for line in (one.strip(_WHITE) for one in text.split("\n")) if line]


def _elements(text: str) -> list[str]:
    try:
        _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise BatchRefused(syntax_error(error)) from None
    except RecursionError:
        raise BatchRefused(too_deep()) from None
    return list(_slices(text))


def _slices(text: str) -> Iterator[str]:
    """The elements of an array whose syntax was checked: between two of them is white space with one comma."""
    place = _skip_white(text, text.index("[") + 1)
    while text[place] != "]":
        _, end = _DECODER.raw_decode(text, place)
        yield text[place:end]
        place = _skip_white(text, end)
        if text[place] == ",":
            place = _skip_white(text, place + 1)


def _skip_white(text: str, place: int) -> int:
    while text[place] in _WHITE:
        place += 1
    return place
