"""Reads partners from the registry, and changes one in the caller's name."""

from collections.abc import Callable
from heapq import nsmallest
from http import HTTPStatus
from operator import attrgetter
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BeforeValidator

from herald.domain.partner import Partner, is_found_by
from herald.domain.partner_number import MAX_PARTNER_ID, read_partner_number
from herald.languages.message import Message
from herald.store.indexes.page_token import MalformedCursor, read_partner_cursor, write_partner_cursor
from operator_api.authorization import name_of_caller
from operator_api.dependencies import partners
from operator_api.errors import ApiRefusal
from operator_api.lists.pagination import fitting
from operator_api.schemas.responses import PartnerPageResponse, PartnerResponse
from operator_api.serializers import partner_response
from operator_api.validation_messages import partner_number

# In a path. The registry has no other numbers, and DynamoDB takes no key of more than 38 digits.
PartnerId = Annotated[int, BeforeValidator(partner_number), Path(gt=0, le=MAX_PARTNER_ID)]


def find(partner_id: int) -> Partner:
    """The partner. Raises `ApiRefusal`: 404."""
    found = partners().get(partner_id)
    if found is None:
        raise not_registered(partner_id)
    return found


def page(search: str, limit: int, cursor: str | None) -> PartnerPageResponse:
    """At most `limit` partners that `search` finds, by number; fewer if they are large. Raises `MalformedCursor`.

    It reads the whole registry, and keeps in memory what one page needs.
    """
    after = _last_number(cursor, search)
    left = (one for one in partners().all() if one.partner_id > after and is_found_by(one, search))
    found = nsmallest(limit + 1, left, key=attrgetter("partner_id"))
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


def decide(router: APIGatewayHttpRouter, partner_id: int, change: Callable[[Partner, str], Partner]) -> PartnerResponse:
    """Saves `change(partner, name of the caller)`. Raises `PartnerConflict` if the partner was changed in between."""
    before = find(partner_id)
    after = change(before, name_of_caller(router))
    partners().save(before, after)
    return partner_response(after)
