"""Reads partners from the registry, and saves what is decided about one."""

from collections.abc import Callable
from heapq import nsmallest
from http import HTTPStatus
from operator import attrgetter

from customer_service.dependencies import partners
from customer_service.lists.pagination import fitting
from customer_service.refusals import ApiRefusal
from customer_service.schemas.responses import PartnerPageResponse, PartnerResponse
from customer_service.serializers.partner_serializer import partner_response
from herald.domain.partner import Partner, is_found_by
from herald.domain.partner_number import read_partner_number
from herald.languages.message import Message
from herald.store.indexes.page_token import MalformedCursor, read_partner_cursor, write_partner_cursor


def find(partner_id: int) -> Partner:
    """The partner. Raises `ApiRefusal`: 404."""
    found = partners().get(partner_id)
    if found is None:
        raise not_registered(partner_id)
    return found


def page(search: str, limit: int, cursor: str | None) -> PartnerPageResponse:
    """At most `limit` partners that `search` finds, by number; fewer if they are large. Raises `MalformedCursor`."""
    return page_of(select(search, limit, cursor), search, limit)


def select(search: str, limit: int, cursor: str | None) -> list[Partner]:
    """The partners of a page, and one more where there is a next page. Raises `MalformedCursor`.

    It reads the whole registry, and keeps in memory what one page needs.
    """
    after = _last_number(cursor, search)
    left = (one for one in partners().all() if one.partner_id > after and is_found_by(one, search))
    return nsmallest(limit + 1, left, key=attrgetter("partner_id"))


def page_of(found: list[Partner], search: str, limit: int) -> PartnerPageResponse:
    """The page of those that `select` found."""
    items = fitting(partner_response(one) for one in found[:limit])
    return {"items": items, "cursor": _cursor(items[-1]["partnerId"], search) if len(items) < len(found) else None}


def _last_number(cursor: str | None, search: str) -> int:
    """The last partner of the page before; 0 for the first page."""
    if cursor is None:
        return 0
    number = read_partner_cursor(cursor, search) if search else read_partner_number(cursor)
    if number is None:
        raise MalformedCursor
    return number


def _cursor(partner_id: int, search: str) -> str:
    """The number where the list has all partners; with a search, a token for that search only."""
    return write_partner_cursor(search, partner_id) if search else str(partner_id)


def not_registered(partner_id: int) -> ApiRefusal:
    """The refusal for a partner that the registry does not have: 404."""
    return ApiRefusal(
        HTTPStatus.NOT_FOUND, Message("partner {partner_id} is not in the registry", partner_id=partner_id)
    )


def decide(partner_id: int, change: Callable[[Partner], Partner]) -> PartnerResponse:
    """Saves the partner as `change` makes it. Raises `PartnerConflict` if somebody changed it in between."""
    before = find(partner_id)
    after = change(before)
    partners().save(before, after)
    return partner_response(after)
