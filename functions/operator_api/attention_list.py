"""The attention list: one line for each partner, and page by page the notifications of one partner."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from herald.domain.attention import AttentionEntry
from herald.domain.clock import now
from herald.domain.partner import Partner
from herald.domain.transitions import State
from herald.runtime.response_size import PAGE_BYTES
from herald.store.indexes.attention_index import cursor_after
from operator_api.dependencies import attention, notifications, partners
from operator_api.pagination import first_page, fitting
from operator_api.schemas.responses import (
    AttentionLineResponse,
    AttentionListResponse,
    AttentionPageResponse,
    NotificationResponse,
)
from operator_api.serializers import attention_line_response, notification_response

_PARALLEL = 8  # partners whose notifications are counted at the same time


def lines(state: State) -> AttentionListResponse:
    """One line for each partner that has notifications in this state, the most first; `omitted` counts the others.

    A response holds some thousands of lines.
    """
    with ThreadPoolExecutor(_PARALLEL) as threads:
        found = [line for line in threads.map(lambda partner: _line(state, partner), partners().all()) if line]
    response: AttentionListResponse = {
        "items": fitting(sorted(found, key=lambda line: (-line["count"], line["partnerId"])))
    }
    if len(response["items"]) < len(found):
        response["omitted"] = len(found) - len(response["items"])
    return response


def page(state: State, partner_id: int, limit: int, cursor: str | None) -> AttentionPageResponse:
    """At most `limit` notifications of the partner, newest first, and the next cursor; fewer if they are large."""
    found = attention().page(state, partner_id, limit, cursor)
    items, last = first_page(found.entries, partial(_item, state), PAGE_BYTES)
    return {"items": items, "cursor": cursor_after(state, last) if last else found.cursor}


def _line(state: State, partner: Partner) -> AttentionLineResponse | None:
    summary = attention().summary(state, partner.partner_id)
    return attention_line_response(partner, summary) if summary else None


def _item(state: State, entry: AttentionEntry) -> NotificationResponse | None:
    """None if the notification has left this state: the index follows the table with a delay."""
    one = notifications().get(entry.id, now())
    return notification_response(one) if one and one.state is state else None
