"""A search in several partners, one after the other by number, as far as one page may look.

An order number is a key of the table: one query for each partner. A voucher code, a day, a state are found by reading
what was accepted: eight queries for each partner and day.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from customer_service.lists import acceptance_list, order_list
from customer_service.lists.acceptance_list import Search
from customer_service.lists.search_terms import Found, Place
from customer_service.schemas.responses import NotificationResponse, OrderPageResponse
from herald.domain.clock import now
from herald.domain.lists.notification_search import days_of, range_of

ORDER_QUERIES: Final = 100  # partners in which one page looks for an order number
PARTNER_DAYS: Final = 50  # days, of all partners together, that one page looks through
_PARALLEL: Final = 8


def orders(order_id: str, partner_ids: Sequence[int], cursor: str | None, limit: int) -> Found:
    """The notifications of the orders with this number: of the first partner behind `cursor`, of the others all.

    `partner_ids` are those in which to look, by number. It ends with the partner with which `limit` is reached. Raises
    `MalformedCursor`.
    """
    those = partner_ids[:ORDER_QUERIES]
    cursors = [cursor, *(None for _ in those[1:])]
    with ThreadPoolExecutor(_PARALLEL) as threads:
        pages = [*threads.map(lambda one, after: order_list.page(one, order_id, limit, after), those, cursors)]
    return _first(dict(zip(those, pages, strict=True)), partner_ids, limit)


def accepted(search_of: Callable[[int], Search], partner_ids: Sequence[int], cursor: str | None, limit: int) -> Found:
    """What was accepted for these partners, of each the newest first: of the first one behind `cursor`.

    `search_of` gives what is looked for at a partner. Raises `MalformedCursor` and `RangeRefused`.
    """
    items: list[NotificationResponse] = []
    days = 0
    for place, partner_id in enumerate(partner_ids):
        search = search_of(partner_id)
        page = acceptance_list.page(search, limit - len(items), cursor)
        items += page["items"]
        days += sum(1 for _ in days_of(range_of(search.since, search.until, now())))
        if page["cursor"] is not None:
            return Found(items, Place(partner_id, page["cursor"]))
        if len(items) >= limit or days >= PARTNER_DAYS:
            return Found(items, _next(partner_ids, place))
        cursor = None
    return Found(items, None)


def _first(pages: dict[int, OrderPageResponse], partner_ids: Sequence[int], limit: int) -> Found:
    """The items of the pages, partner by partner, until there are enough."""
    items: list[NotificationResponse] = []
    for place, (partner_id, page) in enumerate(pages.items()):
        items += page["items"]
        if page["cursor"] is not None:
            return Found(items, Place(partner_id, page["cursor"]))
        if len(items) >= limit:
            return Found(items, _next(partner_ids, place))
    return Found(items, _next(partner_ids, len(pages) - 1))


def _next(partner_ids: Sequence[int], place: int) -> Place | None:
    return Place(partner_ids[place + 1]) if place + 1 < len(partner_ids) else None
