"""The attention list: one line for each partner, and page by page the notifications of one partner."""

from collections.abc import Mapping
from functools import partial

from customer_service.dependencies import attention, notifications, partners
from customer_service.lists.pagination import first_page, fitting
from customer_service.schemas.responses import (
    AttentionLineResponse,
    AttentionListResponse,
    AttentionPageResponse,
    NotificationResponse,
)
from customer_service.serializers.attention_serializer import attention_line_response
from customer_service.serializers.notification_serializer import notification_response
from herald.domain.clock import END_OF_TIME, now
from herald.domain.lists.attention import AttentionEntry
from herald.domain.notification import Notification
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import State
from herald.runtime.response_size import PAGE_BYTES
from herald.store.indexes.attention_index import cursor_after
from herald.store.indexes.page_token import read_lines_cursor, write_lines_cursor

_BEGINNING = (-(10**15), 0)  # before every line


def lines(state: State, limit: int | None, cursor: str | None) -> AttentionListResponse:
    """At most `limit` lines, one for each partner that has notifications in this state, the most first.

    Without `limit` as many as one response holds, which are some thousands. `omitted` counts the lines of later pages.
    A later page counts only what became so before the first one was read: no partner's count grows from page to page,
    so each has a line on some page (two if its count falls meanwhile). Raises `MalformedCursor`.
    """
    began = now() + 1
    before, after = _position(state, cursor)
    found = sorted((line for line in _lines(state, before) if _place(line) > after), key=_place)
    items = fitting(found[:limit])
    response: AttentionListResponse = {"items": items}
    if len(items) < len(found):
        response["omitted"] = len(found) - len(items)
        response["cursor"] = write_lines_cursor(
            state.value, min(began, before), items[-1]["count"], items[-1]["partnerId"]
        )
    elif limit is not None or cursor is not None:
        response["cursor"] = None
    return response


def page(state: State, partner_id: int, limit: int, cursor: str | None) -> AttentionPageResponse:
    """At most `limit` notifications of the partner, newest first, and the next cursor; fewer if they are large."""
    found = attention().page(state, partner_id, limit, cursor)
    there = notifications().get_many([entry.id for entry in found.entries], now())
    items, last = first_page(found.entries, partial(_item, state, there), PAGE_BYTES)
    return {"items": items, "cursor": cursor_after(state, last) if last else found.cursor}


def count(state: State, partner_id: int) -> int:
    """How many of the partner are in this state: one request for 1 MB of the index, about 5,000."""
    return attention().count(state, partner_id)


def _position(state: State, cursor: str | None) -> tuple[int, tuple[int, int]]:
    """What is counted (before which moment in ms), and the place of the last line of the page before."""
    if cursor is None:
        return END_OF_TIME, _BEGINNING
    before, count, partner_id = read_lines_cursor(cursor, state.value)
    return before, (-count, partner_id)


def _place(line: AttentionLineResponse) -> tuple[int, int]:
    """The line's place in the list: the most first, then by number."""
    return -line["count"], line["partnerId"]


def _lines(state: State, before: int) -> list[AttentionLineResponse]:
    """In no order; of the partners that are in the registry."""
    found = attention().summaries({state}, before=before)[state]
    if not found:
        return []
    named = (one for one in partners().all() if one.partner_id in found)
    return [attention_line_response(one, found[one.partner_id]) for one in named]


def _item(
    state: State, there: Mapping[NotificationId, Notification], entry: AttentionEntry
) -> NotificationResponse | None:
    """None if the notification has left this state: the index follows the table with a delay."""
    one = there.get(entry.id)
    return notification_response(one) if one and one.state is state else None
