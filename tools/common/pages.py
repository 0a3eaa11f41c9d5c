"""The pages of a list of the API: all of them, or so many items."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

type Json = dict[str, Any]
type Query = Mapping[str, str | int | None]
type Fetch = Callable[..., Json]  # a method of `ApiClient`: the query's parameters to one page

LARGEST_PAGE = 100  # items: the largest `limit` of the API


def all_pages(fetch: Fetch, query: Query) -> Iterator[Json]:
    """Every page, each read when it is asked for. They have no `cursor`, because nothing comes after them."""
    cursor = None
    while True:
        page = fetch(**query, cursor=cursor)
        cursor = page.pop("cursor", None)
        yield page
        if not cursor:
            return


def pages_up_to(fetch: Fetch, query: Query, count: int) -> Iterator[Json]:
    """Pages with at most `count` items together; the `cursor` of the last one says whether there are more."""
    cursor = None
    while True:
        page = fetch(**query, limit=min(count, LARGEST_PAGE), cursor=cursor)
        count -= len(page["items"])
        cursor = page.get("cursor")
        yield page
        if not cursor or count <= 0:
            return


def joined(pages: Iterable[Json]) -> Json:
    """One answer with the items of all pages; its other members are those of the last page."""
    items: list[Json] = []
    last: Json = {}
    for last in pages:
        items += last["items"]
    return {**last, "items": items}
