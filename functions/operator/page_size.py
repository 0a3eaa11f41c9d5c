"""How much one answer holds."""

import json
from collections.abc import Iterable

from views import Json

PAGE_BYTES = 4_000_000  # Lambda answers at most 6 MB; a notification may take 200 KB, a partner 300


def size_of(view: Json) -> int:
    """Bytes of the view in an answer."""
    return len(json.dumps(view, ensure_ascii=False).encode())


def fitting(views: Iterable[Json]) -> list[Json]:
    """As many from the beginning as one answer holds, and never none of some."""
    items: list[Json] = []
    room = PAGE_BYTES
    for view in views:
        room -= size_of(view)
        if room < 0 and items:
            break
        items.append(view)
    return items
