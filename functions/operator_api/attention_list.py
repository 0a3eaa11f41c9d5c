"""What needs a person: line by line for each partner, and page by page for one."""

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
from operator_api.serializers import Json, notification_view, work_view

_AT_ONCE = 8  # partners whose lines are counted at the same time


def lines(state: State) -> Json:
    """One line for each partner that has something in this state, the most first; `omitted` says how many are not told.

    There are some thousands of lines in an answer.
    """
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        found = [line for line in threads.map(lambda partner: _line(state, partner), partners().all()) if line]
    items = fitting(sorted(found, key=lambda line: (-line["count"], line["partnerId"])))
    return {"items": items, **({"omitted": len(found) - len(items)} if len(items) < len(found) else {})}


def page(state: State, partner_id: int, limit: int, cursor: str | None) -> Json:
    """At most `limit` notifications of the partner, newest first, and where to go on; fewer where they are large."""
    found = attention().page(state, partner_id, limit, cursor)
    items, last = first_page(found.entries, partial(_view, state), PAGE_BYTES)
    return {"items": items, "cursor": cursor_after(state, last) if last else found.cursor}


def _line(state: State, partner: Partner) -> Json | None:
    summary = attention().summary(state, partner.partner_id)
    return work_view(partner, summary) if summary else None


def _view(state: State, entry: AttentionEntry) -> Json | None:
    """None where the index, which follows the table, does not know yet that it is not in this state any more."""
    one = notifications().get(entry.id, now())
    return notification_view(one) if one and one.state is state else None
