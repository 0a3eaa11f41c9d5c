"""The table, its indexes and the queue in memory, for the tests that try thousands of sequences.

`test_fake_store.py` holds the table to what the real one does against moto, call by call.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from herald.domain.clock import DAY, SECOND, now
from herald.domain.jobs.job import Job
from herald.domain.jobs.partner_deletion import PartnerDeletion
from herald.domain.jobs.reindexing import Reindexing
from herald.domain.lists.attention import AttentionEntry
from herald.domain.notification import Due, Lane, Notification
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import State
from herald.languages.reason import Reason
from herald.messaging.delivery_queue import DeliveryMessage, delay_seconds
from herald.messaging.sqs import QueueUnavailable
from herald.store.dispatch_table import Position
from herald.store.items.notification_item import from_item, lane_key, shard_of, to_item
from herald.store.job_table import AnyJob, JobConflict
from herald.store.notification_table import CLAIM_TIME, Busy, Claimed, NotificationConflict, Stale, was_written

if TYPE_CHECKING:
    from herald.store.attribute_values import Item

VISIBILITY_TIMEOUT = 180 * SECOND
RETENTION = 4 * DAY


class MemoryTable:
    """NotificationTable: the same answers, and the same attributes written."""

    def __init__(self) -> None:
        self.items: dict[NotificationId, Item] = {}

    def __iter__(self) -> Iterator[Notification]:
        return iter([from_item(item) for item in self.items.values()])

    def add(self, notification: Notification, moment: int) -> bool:
        there = self.items.get(notification.id)
        if there is None or there.get("expires_at", moment) <= moment // SECOND:
            self.items[notification.id] = to_item(notification)
            return True
        return there == to_item(notification)

    def get(self, notification_id: NotificationId, moment: int) -> Notification | None:
        item = self.items.get(notification_id)
        if item is None or item.get("expires_at", moment) * SECOND <= moment:
            return None
        return from_item(item)

    def get_many(
        self, ids: Sequence[NotificationId], moment: int, *, consistent: bool = True
    ) -> dict[NotificationId, Notification]:
        assert consistent in {True, False}  # in memory they are the same
        found = ((one, self.get(one, moment)) for one in ids)
        return {one: there for one, there in found if there is not None}

    def claim(self, notification_id: NotificationId, turn: int, claim_id: str, moment: int) -> Claimed | Stale | Busy:
        item = self.items.get(notification_id)
        if item is None or item["state"] != "waiting" or item["turn"] != turn:
            return Stale()
        until = max(item.get("claim_until", 0), item["due_at"])
        if until > moment:
            mine = item.get("claim_id") == claim_id
            return Claimed(from_item(item)) if mine else Busy(until)
        claim = {"claim_id": claim_id, "claim_until": moment + CLAIM_TIME, "claims": item.get("claims", 0) + 1}
        self.items[notification_id] = {**item, **claim}
        return Claimed(from_item(self.items[notification_id]))

    def save(self, before: Notification, after: Notification) -> None:
        item, old, new = self.items.get(before.id), to_item(before), to_item(after)
        guards = ["turn", *(name for name in ("logged", "claim_id") if old.get(name) != new.get(name))]
        if item is None or any(item.get(name) != old[name] for name in guards):
            if item is None or not was_written(item, before, after):
                raise NotificationConflict(from_item(item) if item else None)
            return
        written = {name for name in {*old, *new} if old.get(name) != new.get(name)}
        if after.turn != before.turn:
            written |= {"claims", "lane", "due_at", "reserved_at"}
        kept = {name: value for name, value in item.items() if name not in written}
        self.items[before.id] = {**kept, **{name: new[name] for name in written if name in new}}


class MemoryDueIndex:
    """DueIndex, without lag."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table

    def pages(
        self, lane: Lane, shard: int, since: int, until: int, after: NotificationId | None = None
    ) -> Iterator[list[Due]]:
        found = [one.due for one in self._table if one.lane is lane and shard_of(one.id) == shard]
        yield rows_behind([due for due in found if since <= due.due_at <= until], since, after)


class MemoryAcceptance:
    """AcceptanceTimes, without lag."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table

    def of(self, ids: Sequence[NotificationId]) -> dict[NotificationId, int]:
        wanted = set(ids)
        return {one.id: one.accepted_at for one in self._table if one.id in wanted}


def rows_behind(rows: list[Due], since: int, after: NotificationId | None) -> list[Due]:
    """The rows in the index's order; with `after`, those behind the row that is due at `since` and has this id."""
    start = (since, after.order_key, after.digest) if after else (since - 1, "", "")
    return sorted((row for row in rows if _place(row) > start), key=_place)


def _place(row: Due) -> tuple[int, str, str]:
    return row.due_at, row.id.order_key, row.id.digest


class MemoryAttentionIndex:
    """AttentionIndex, without lag."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table

    def entries(self, state: State, partner_id: int, *, limit: int | None = None) -> Iterator[AttentionEntry]:
        found = [one for one in self._table if one.state is state and one.id.partner_id == partner_id]
        for one in sorted(found, key=lambda one: one.since or 0)[:limit]:
            yield AttentionEntry(one.id, one.turn, one.since or 0, one.reason or Reason.sentence(""))


class MemoryJobs:
    """JobTable."""

    def __init__(self) -> None:
        self._jobs: dict[str, AnyJob] = {}

    def add(self, job: AnyJob) -> None:
        self._jobs[job.job_id] = job

    def get(self, job_id: str) -> AnyJob | None:
        return self._jobs.get(job_id)

    def save[Kind: Job | Reindexing | PartnerDeletion](self, before: Kind, after: Kind) -> Kind:
        stands = self._jobs[before.job_id]
        if stands.version != before.version and stands != after:
            raise JobConflict(stands)
        self._jobs[before.job_id] = after
        return after


class MemoryCursors:
    """DispatchTable, without its lease."""

    def __init__(self) -> None:
        self._positions: dict[str, Position] = {}

    def position(self, lane: Lane, shard: int) -> Position:
        return self._positions.get(lane_key(lane, shard), Position())

    def save_position(self, lane: Lane, shard: int, position: Position) -> None:
        self._positions[lane_key(lane, shard)] = position


@dataclass
class Message:
    """One message of a queue."""

    content: DeliveryMessage
    visible_at: int
    sent_at: int
    received: int = 0


@dataclass
class MemoryQueue:
    """DeliveryQueue or DeadLetterQueue: each message at least once, never before its delay is over, in any order."""

    out_of_reach: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def send(self, dues: Iterable[Due], moment: int | None = None, *, asked: bool = False) -> int:
        sent = 0
        for due in dues:
            if self.out_of_reach:
                raise QueueUnavailable
            delay = 0 if moment is None else delay_seconds(due.due_at, moment)
            content = DeliveryMessage(due.id, due.turn, asked)
            self.messages[f"receipt-{next(self._numbers)}"] = Message(content, now() + delay * SECOND, now())
            sent += 1
        return sent

    def remind(self, partner_ids: Iterable[int]) -> int:
        return len(list(partner_ids))

    def release(self, receipt_handle: str, seconds: int) -> None:
        assert 0 <= seconds <= 43_200
        self.messages[receipt_handle].visible_at = now() + seconds * SECOND

    def depth(self) -> int:
        return len(self.visible())

    def visible(self) -> list[str]:
        """The receipts of what may be received now; SQS drops what is older than four days."""
        for receipt in [one for one, message in self.messages.items() if message.sent_at + RETENTION < now()]:
            del self.messages[receipt]
        return [receipt for receipt, message in self.messages.items() if message.visible_at <= now()]

    def receive(self, receipt: str) -> DeliveryMessage:
        """Hides it, as SQS does."""
        message = self.messages[receipt]
        message.visible_at = now() + VISIBILITY_TIMEOUT
        message.received += 1
        return message.content

    def delete(self, receipt: str) -> None:
        self.messages.pop(receipt, None)
