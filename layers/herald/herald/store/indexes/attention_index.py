"""The index `attention`: failed and held notifications by partner, for alerts, releases, jobs and the API."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from herald.domain.clock import END_OF_TIME
from herald.domain.lists.attention import AttentionEntry, AttentionSummary, AttentionTally, summarize
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import State
from herald.store.attribute_values import Item, from_wire, to_wire
from herald.store.dynamodb import client, query_counts, query_pages, scan_pages, table_errors
from herald.store.indexes.page_token import read_cursor, write_cursor
from herald.store.items.notification_item import attention_key
from herald.store.items.reason_text import reason_from_text

_INDEX = "attention"

type Place = tuple[NotificationId, int]  # an entry's place in its partner's list: notification, since when (ms)
type Summaries = dict[int, AttentionSummary]  # by the partner's number


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, and the page token of the next page, None at the end."""

    entries: list[AttentionEntry]
    cursor: str | None


class AttentionIndex:
    """Reads the index `attention` of NotificationTable; the index is eventually consistent, usually within a second."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def entries(
        self, state: State, partner_id: int, *, limit: int | None = None, before: int = END_OF_TIME
    ) -> Iterator[AttentionEntry]:
        """The partner's notifications in this state (`failed` or `held`), oldest first; at most `limit`.

        `before` (ms): only what came into the state before that moment.
        """
        query = {"Limit": limit} if limit else {}
        pages = query_pages(**self._query(state, partner_id, 0, before), **query)
        found = (_entry(item) for page in pages for item in page)
        yield from islice(found, limit)

    def range(
        self, state: State, partner_id: int, since: int, before: int, *, limit: int, after: Place | None
    ) -> list[AttentionEntry]:
        """At most `limit` entries from `since` to before `before` (ms), oldest first, behind the place `after`."""
        start: dict[str, Any] = {"ExclusiveStartKey": to_wire(_key(state, *after))} if after else {}
        with table_errors():
            response = client().query(**self._query(state, partner_id, since, before), Limit=limit, **start)
        return [_entry(from_wire(item)) for item in response["Items"]]

    def count(self, state: State, partner_id: int, since: int = 0, before: int = END_OF_TIME) -> int:
        """The number of entries from `since` to before `before` (ms); one request for 1 MB, about 5,000 entries."""
        query = {**self._query(state, partner_id, since, before), "Select": "COUNT"}
        return sum(query_counts(**query))

    def _query(self, state: State, partner_id: int, since: int, before: int) -> dict[str, Any]:
        key = attention_key(state, partner_id)
        return {
            "TableName": self._table_name,
            "IndexName": _INDEX,
            "KeyConditionExpression": "attention = :attention AND #since BETWEEN :since AND :last",
            "ExpressionAttributeNames": {"#since": "since"},
            "ExpressionAttributeValues": to_wire({":attention": key, ":since": since, ":last": before - 1}),
        }

    def page(self, state: State, partner_id: int, limit: int, cursor: str | None) -> Page:
        """A page of at most `limit` entries, newest first, after `cursor`. Raises `MalformedCursor`."""
        key = attention_key(state, partner_id)
        start: dict[str, Any] = {"ExclusiveStartKey": to_wire(read_cursor(cursor, key))} if cursor is not None else {}
        with table_errors():
            response = client().query(
                TableName=self._table_name,
                IndexName=_INDEX,
                KeyConditionExpression="attention = :attention",
                ExpressionAttributeValues=to_wire({":attention": key}),
                ScanIndexForward=False,
                Limit=limit,
                **start,
            )
        last = response.get("LastEvaluatedKey")
        entries = [_entry(from_wire(item)) for item in response["Items"]]
        return Page(entries, write_cursor(from_wire(last)) if last else None)

    def summary(
        self, state: State, partner_id: int, *, limit: int | None = None, before: int = END_OF_TIME
    ) -> AttentionSummary | None:
        """The summary of all entries before `before` (ms), or of the `limit` oldest; None without any.

        About 5,000 entries a request.
        """
        found = self.entries(state, partner_id, limit=limit and limit + 1, before=before)
        summary = summarize(islice(found, limit))
        return summary and replace(summary, complete=next(found, None) is None)

    def summaries(self, states: Collection[State], *, before: int = END_OF_TIME) -> dict[State, Summaries]:
        """The summaries of every partner in these states, of what came into them before `before` (ms).

        It reads the whole index: one request for 1 MB, about 5,000 entries, however many partners they are of.
        """
        tallies: defaultdict[tuple[State, int], AttentionTally] = defaultdict(AttentionTally)
        for page in scan_pages(TableName=self._table_name, IndexName=_INDEX, **_filter(states, before)):
            for item in page:
                state, _, partner_id = item["attention"].partition("#")
                tallies[State(state), int(partner_id)].add(_entry(item))
        found: dict[State, Summaries] = {state: {} for state in states}
        for (state, partner_id), tally in tallies.items():
            if summary := tally.summary:
                found[state][partner_id] = summary
        return found


def _filter(states: Collection[State], before: int) -> dict[str, Any]:
    """What of the index a scan is answered; it reads, and is charged for, all of it."""
    beginnings = {f":state{n}": f"{state.value}#" for n, state in enumerate(states)}
    in_the_states = " OR ".join(f"begins_with(attention, {name})" for name in beginnings)
    return {
        "FilterExpression": f"#since < :before AND ({in_the_states})",
        "ExpressionAttributeNames": {"#since": "since"},
        "ExpressionAttributeValues": to_wire({":before": before, **beginnings}),
    }


def cursor_after(state: State, entry: AttentionEntry) -> str:
    """The token of the page after this entry, for a page that ends with it."""
    return write_cursor(_key(state, entry.id, entry.since))


def _key(state: State, notification_id: NotificationId, since: int) -> Item:
    key = {"order_key": notification_id.order_key, "digest": notification_id.digest, "since": since}
    return {**key, "attention": attention_key(state, notification_id.partner_id)}


def _entry(item: Item) -> AttentionEntry:
    notification_id = NotificationId.from_keys(item["order_key"], item["digest"])
    return AttentionEntry(notification_id, int(item["turn"]), int(item["since"]), reason_from_text(item["reason"]))
