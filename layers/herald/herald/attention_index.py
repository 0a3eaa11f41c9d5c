"""The attention index: what is failed or held, by partner, for the alerts, the releases and the work list."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from herald.cursor import read_cursor, write_cursor
from herald.dynamodb import Item, client, from_wire, query_pages, table_errors, to_wire
from herald.notification import State
from herald.notification_id import NotificationId
from herald.notification_item import attention_key

_INDEX = "attention"


@dataclass(frozen=True, slots=True)
class AttentionEntry:
    """A row of the index: which notification, at which turn, failed or held since when (ms) and why."""

    id: NotificationId
    turn: int
    since: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What is failed or held for one partner: how many, from when to when (ms), and the commonest reason."""

    count: int
    oldest: int
    newest: int
    reason: str
    complete: bool = True  # False: there are more than were counted, and newer ones


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, and where to go on (opaque), or None at the end."""

    entries: list[AttentionEntry]
    cursor: str | None


class AttentionIndex:
    """Reads the index `attention` of NotificationTable; the index follows the table within a moment."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def entries(self, state: State, partner_id: int, *, limit: int | None = None) -> Iterator[AttentionEntry]:
        """What is `failed` or `held` for the partner, oldest first; at most `limit` of them."""
        query = {"Limit": limit} if limit else {}
        pages = query_pages(
            TableName=self._table_name,
            IndexName=_INDEX,
            KeyConditionExpression="attention = :attention",
            ExpressionAttributeValues=to_wire({":attention": attention_key(state, partner_id)}),
            **query,
        )
        found = (_entry(item) for page in pages for item in page)
        yield from islice(found, limit)

    def newest(self, state: State, partner_id: int, limit: int, cursor: str | None) -> Page:
        """A page of at most `limit`, newest first, from where `cursor` ended. Raises `MalformedCursor`."""
        key = attention_key(state, partner_id)
        start: dict[str, Any] = {"ExclusiveStartKey": to_wire(read_cursor(cursor, key))} if cursor else {}
        with table_errors():
            answer = client().query(
                TableName=self._table_name,
                IndexName=_INDEX,
                KeyConditionExpression="attention = :attention",
                ExpressionAttributeValues=to_wire({":attention": key}),
                ScanIndexForward=False,
                Limit=limit,
                **start,
            )
        last = answer.get("LastEvaluatedKey")
        entries = [_entry(from_wire(item)) for item in answer["Items"]]
        return Page(entries, write_cursor(from_wire(last)) if last else None)

    def summary(self, state: State, partner_id: int, *, limit: int | None = None) -> Summary | None:
        """All of it counted, or the `limit` oldest; None when there is nothing. About 5,000 rows a request."""
        found = self.entries(state, partner_id, limit=limit and limit + 1)
        reasons: Counter[str] = Counter()
        oldest, newest = None, 0
        for entry in islice(found, limit):
            reasons[entry.reason] += 1
            oldest, newest = (entry.since if oldest is None else oldest), entry.since
        if oldest is None:
            return None
        reason, complete = reasons.most_common(1)[0][0], next(found, None) is None
        return Summary(count=reasons.total(), oldest=oldest, newest=newest, reason=reason, complete=complete)


def cursor_after(state: State, entry: AttentionEntry) -> str:
    """Where `newest` goes on after this entry, for a page that ends with it."""
    key = {"order_key": entry.id.order_key, "digest": entry.id.digest, "since": entry.since}
    return write_cursor({**key, "attention": attention_key(state, entry.id.partner_id)})


def _entry(item: Item) -> AttentionEntry:
    notification_id = NotificationId.from_keys(item["order_key"], item["digest"])
    return AttentionEntry(notification_id, int(item["turn"]), int(item["since"]), item["reason"])
