"""How much one answer holds."""

import json
from collections.abc import Callable, Iterable

from herald.runtime.response_size import PAGE_BYTES, bytes_as_sent
from operator_api.serializers import Json


def size_of(view: Json) -> int:
    """Bytes that the view takes of what Lambda may answer."""
    return bytes_as_sent(json.dumps(view, ensure_ascii=False))


def fitting(views: Iterable[Json]) -> list[Json]:
    """As many from the beginning as one answer holds, and never none of some."""
    return first_page(views, lambda view: view, PAGE_BYTES)[0]


def first_page[T](entries: Iterable[T], view_of: Callable[[T], Json | None], room: int) -> tuple[list[Json], T | None]:
    """The views of as many entries as `room` bytes hold, at least of one, and the last of these where more follow.

    An entry that has no view takes no room.
    """
    items: list[Json] = []
    last: T | None = None
    for entry in entries:
        view = view_of(entry)
        room -= size_of(view) if view else 0
        if room < 0 and last is not None:
            return items, last
        items += [view] if view else []
        last = entry
    return items, None
