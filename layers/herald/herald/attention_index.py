"""The attention index: what is failed or held, by partner, for the alerts, the releases and the work list."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from herald.dynamodb import Item, query_pages, to_wire
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


@dataclass(frozen=True, slots=True)
class Summary:
    """What is failed or held for one partner: how many, since when (ms), and the commonest reason."""

    count: int
    oldest: int
    reason: str


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

    def summary(self, state: State, partner_id: int) -> Summary | None:
        """All of it counted, or None when there is nothing. Reads the whole list: about 5,000 rows a request."""
        reasons: Counter[str] = Counter()
        oldest: int | None = None
        for entry in self.entries(state, partner_id):
            reasons[entry.reason] += 1
            oldest = entry.since if oldest is None else min(oldest, entry.since)
        if oldest is None:
            return None
        return Summary(count=reasons.total(), oldest=oldest, reason=reasons.most_common(1)[0][0])


def _entry(item: Item) -> AttentionEntry:
    notification_id = NotificationId.from_keys(item["order_key"], item["digest"])
    return AttentionEntry(notification_id, int(item["turn"]), int(item["since"]), item["reason"])
