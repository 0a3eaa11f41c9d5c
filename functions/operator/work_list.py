"""What needs a person: line by line for each partner, and page by page for one."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from house import attention, notifications, partners
from page_size import PAGE_BYTES, size_of
from views import Json, notification_view, work_view

from herald.attention_index import AttentionEntry, cursor_after
from herald.clock import now
from herald.notification import State
from herald.partner import Partner

_AT_ONCE = 8  # partners whose lines are counted at the same time


def lines(state: State) -> list[Json]:
    """One line for each partner that has something in this state, the most first."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        found = [line for line in threads.map(lambda partner: _line(state, partner), partners().all()) if line]
    return sorted(found, key=lambda line: (-line["count"], line["partnerId"]))


def page(state: State, partner_id: int, limit: int, cursor: str | None) -> Json:
    """At most `limit` notifications of the partner, newest first, and where to go on; fewer where they are large."""
    found = attention().newest(state, partner_id, limit, cursor)
    items: list[Json] = []
    room = PAGE_BYTES
    for before, entry in pairwise((None, *found.entries)):
        view = _view(state, entry)
        room -= size_of(view or {})
        if room < 0 and before is not None:
            return {"items": items, "cursor": cursor_after(state, before)}
        items += [view] if view else []
    return {"items": items, "cursor": found.cursor}


def _line(state: State, partner: Partner) -> Json | None:
    summary = attention().summary(state, partner.partner_id)
    return work_view(partner, summary) if summary else None


def _view(state: State, entry: AttentionEntry | None) -> Json | None:
    """None where the index, which follows the table, does not know yet that it is not in this state any more."""
    one = notifications().get(entry.id, now()) if entry else None
    return notification_view(one) if one and one.state is state else None
