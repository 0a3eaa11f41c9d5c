"""One search for what a person typed: an order number, a voucher code, or nothing but filters."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from customer_service.lists import acceptance_list
from customer_service.lists.acceptance_list import Search
from customer_service.lists.across_partners import accepted, orders
from customer_service.lists.search_terms import Found, Kind, Page, Wanted
from herald.domain.clock import DAY, SECOND, now
from herald.domain.lists.notification_search import LONGEST_RANGE
from herald.domain.notification_id import ORDER_ID

if TYPE_CHECKING:
    from customer_service.schemas.notifications import Notification

_LIMIT: Final = 25  # notifications on a page; a page of an order number may have up to twice as many


def find(wanted: Wanted) -> Page:
    """One page. Raises `MalformedCursor` and `RangeRefused`.

    An order is found however old it is; its notifications are left out only by what was asked for. A code of one
    partner is looked for in the last 92 days, unless `since` says otherwise.
    """
    may_be_order = bool(re.fullmatch(ORDER_ID, wanted.text)) and wanted.kind is not Kind.CODE
    if not may_be_order:
        return _by_acceptance(wanted)
    found = orders(wanted.text, *_left(wanted), _LIMIT)
    is_code = wanted.kind is None and wanted.after is None and found == Found([], None)
    return _by_acceptance(wanted) if is_code else _by_order(wanted, found)


def _by_order(wanted: Wanted, found: Found) -> Page:
    return Page(Kind.ORDER, [one for one in found.items if _admits(wanted, one)], found.after)


def _by_acceptance(wanted: Wanted) -> Page:
    wanted = _far_back(wanted)
    kind = Kind.CODE if wanted.text else Kind.FILTERS
    filters = replace(wanted.filters, sncode=wanted.text or None)

    def search_of(partner_id: int) -> Search:
        return Search(partner_id=partner_id, since=wanted.since, until=wanted.until, filters=filters)

    found = accepted(search_of, *_left(wanted), _LIMIT)
    return Page(kind, found.items, found.after, _reached(found, search_of), wanted.since)


def _reached(found: Found, search_of: Callable[[int], Search]) -> int | None:
    if found.after is None or found.after.cursor is None:
        return None
    return acceptance_list.reached(search_of(found.after.partner_id), found.after.cursor)


def _left(wanted: Wanted) -> tuple[Sequence[int], str | None]:
    """The partners in which to go on, and the cursor of the first of them."""
    if wanted.after is None:
        return wanted.partner_ids, None
    begin = wanted.after.partner_id
    left = [number for number in wanted.partner_ids if number >= begin]
    return left, wanted.after.cursor if left[:1] == [begin] else None


def _far_back(wanted: Wanted) -> Wanted:
    """For a code of one partner from the first of the last 92 UTC days on, so that later pages look from there too."""
    if wanted.since is not None or not wanted.text or len(wanted.partner_ids) > 1:
        return wanted
    end = now() if wanted.until is None else wanted.until - 1
    return replace(wanted, since=max(0, end // DAY * DAY - LONGEST_RANGE + DAY))


def _admits(wanted: Wanted, one: "Notification") -> bool:
    """Whether a notification of an order is one of those that were asked for."""
    accepted_at = round(datetime.fromisoformat(one["acceptedAt"]).timestamp() * SECOND)
    if accepted_at < (wanted.since or 0) or (wanted.until is not None and accepted_at >= wanted.until):
        return False
    last = one["attempts"][-1]["verdict"] if one["attempts"] else None
    filters = wanted.filters
    return (
        filters.state in {None, one["state"]}
        and filters.method in {None, one["method"]}
        and filters.verdict in {None, last}
    )
