"""How much one response holds, and the query parameter that says so."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BeforeValidator

from customer_service.validation_messages import whole_number
from herald.runtime.response_size import PAGE_BYTES, bytes_as_sent

Limit = Annotated[int, BeforeValidator(whole_number), Query(ge=1, le=100)]
OptionalLimit = Annotated[int | None, BeforeValidator(whole_number), Query(ge=1, le=100)]


def size_of(item: Mapping[str, object]) -> int:
    """Bytes that the item takes of the size that Lambda allows for a response."""
    return bytes_as_sent(json.dumps(item, ensure_ascii=False))


def fitting[Item: Mapping[str, object]](items: Iterable[Item]) -> list[Item]:
    """The first items, as many as one response holds and at least one."""
    return first_page(items, lambda item: item, PAGE_BYTES)[0]


def first_page[Entry, Item: Mapping[str, object]](
    entries: Iterable[Entry], serialize: Callable[[Entry], Item | None], room: int
) -> tuple[list[Item], Entry | None]:
    """The items of the first entries, as many as `room` bytes hold and at least one; the last entry if more follow.

    An entry for which `serialize` returns None takes no room.
    """
    items: list[Item] = []
    last: Entry | None = None
    for entry in entries:
        item = serialize(entry)
        room -= size_of(item) if item else 0
        if room < 0 and last is not None:
            return items, last
        items += [item] if item else []
        last = entry
    return items, None
