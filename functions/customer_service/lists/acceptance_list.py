"""The notifications of one partner in any state, newest first, page by page."""

from dataclasses import dataclass, field
from itertools import batched, islice
from typing import Final

from customer_service.dependencies import acceptance, notifications
from customer_service.lists.pagination import size_of
from customer_service.schemas.responses import AcceptancePageResponse, NotificationResponse
from customer_service.serializers.notification_serializer import notification_response
from herald.domain.clock import now
from herald.domain.lists.notification_search import Filters, Range, days_of, range_of
from herald.domain.notification import Notification
from herald.domain.notification_id import NotificationId
from herald.runtime.response_size import PAGE_BYTES
from herald.store.indexes.acceptance_index import AcceptanceEntry
from herald.store.indexes.page_token import read_search_cursor, write_search_cursor

LOOKED_AT: Final = 500  # notifications read for one page: at most 250 read units where each has up to 4 KB
DAYS: Final = 31  # looked through for one page, eight queries each; the page is empty where none of them has any
_BATCH: Final = 100  # DynamoDB's limit for BatchGetItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which notifications are asked for: the partner, the range (ms, None where it was left out), and the filters."""

    partner_id: int
    since: int | None
    until: int | None
    filters: Filters

    @property
    def fingerprint(self) -> str:
        """What a page token is bound to."""
        return f"{self.partner_id}/{self.since}/{self.until}/{self.filters.fingerprint}"


@dataclass(slots=True)
class _Page:
    """The page as far as it is filled, and the place in the list up to which it was looked through."""

    search: Search
    limit: int
    left: Range  # what is still to be read
    after: AcceptanceEntry | None  # the entry of the last millisecond of `left` behind which to go on
    items: list[NotificationResponse] = field(default_factory=list)
    looked_at: int = 0
    room: int = field(default_factory=lambda: PAGE_BYTES)

    @property
    def is_full(self) -> bool:
        """Whether it ends here."""
        return len(self.items) >= self.limit or self.looked_at >= LOOKED_AT

    @property
    def batch(self) -> int:
        """How many notifications to read at once: no more than may find place, where no filter leaves any out."""
        return min(_BATCH, self.limit) if self.search.filters == Filters() else _BATCH

    def look_at(self, entry: AcceptanceEntry, one: Notification | None) -> bool:
        """Takes the notification if it is asked for; False, and nothing changes, where the page has no room for it."""
        if self.is_full:
            return False
        if one is not None and self.search.filters.admit(one):
            item = notification_response(one)
            size = size_of(item)
            if self.items and size > self.room:
                return False
            self.items.append(item)
            self.room -= size
        self.looked_at += 1
        self.left, self.after = Range(self.left.since, entry.accepted_at + 1), entry
        return True

    def end_day(self, day: Range) -> None:
        """All of the day was looked at."""
        self.left, self.after = Range(self.left.since, day.since), None

    @property
    def cursor(self) -> str | None:
        """The token of the next page; None where everything was looked at."""
        if self.left.since >= self.left.until:
            return None
        keys = (self.after.id.order_key, self.after.id.digest) if self.after else ("", "")
        return write_search_cursor(self.search.fingerprint, self.left.since, self.left.until, *keys)


def page(search: Search, limit: int, cursor: str | None) -> AcceptancePageResponse:
    """At most `limit` notifications, and the next page's cursor, also where this page ended before it was filled.

    Raises `MalformedCursor` and `RangeRefused`.
    """
    filled = _Page(search, limit, *_start(search, cursor))
    for day in islice(days_of(filled.left), DAYS):
        if filled.is_full or not _fill(filled, day):
            break
    return {"items": filled.items, "cursor": filled.cursor}


def reached(search: Search, cursor: str) -> int:
    """How far back (ms) the page looked that gave this cursor. Raises `MalformedCursor`."""
    _, until, _, _ = read_search_cursor(cursor, search.fingerprint, search.partner_id)
    return until


def _fill(filled: _Page, day: Range) -> bool:
    """Fills the page from one day; False where it ended within the day."""
    entries = acceptance().newest(filled.search.partner_id, day, after=filled.after, ahead=filled.batch)
    for batch in batched(entries, filled.batch, strict=False):
        if filled.is_full:  # known before the notifications of this batch are read
            return False
        found = _find([entry.id for entry in batch])
        if not all(filled.look_at(entry, found.get(entry.id)) for entry in batch):
            return False
    filled.end_day(day)
    return True


def _find(ids: list[NotificationId]) -> dict[NotificationId, Notification]:
    """The notifications; what a read at half the cost does not have yet is read again."""
    moment = now()
    found = notifications().get_many(ids, moment, consistent=False)
    return found | notifications().get_many([one for one in ids if one not in found], moment)


def _start(search: Search, cursor: str | None) -> tuple[Range, AcceptanceEntry | None]:
    """The range that is still to be read, and the entry behind which the page begins."""
    if cursor is None:
        return range_of(search.since, search.until, now()), None
    since, until, order_key, digest = read_search_cursor(cursor, search.fingerprint, search.partner_id)
    after = AcceptanceEntry(NotificationId.from_keys(order_key, digest), until - 1) if digest else None
    return range_of(since, until, now()), after
