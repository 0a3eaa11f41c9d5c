"""DispatchTable: which poll is running, and how far each lane and shard of the due index has been sent."""

from dataclasses import dataclass
from typing import Any

from herald.domain.notification import Lane
from herald.domain.notification_id import NotificationId
from herald.store.dynamodb import ConditionRefused, Item, client, from_wire, table_errors, to_wire
from herald.store.items.notification_item import lane_key

_LEASE = "lease"
_LAST_POLL = "last poll"
_BACKLOG = "backlog"


@dataclass(frozen=True, slots=True)
class Position:
    """How far a lane's shard has been sent, in the order of the due index.

    Everything that is due before `sent_until` (ms since the epoch; 0 before the first poll) has been sent; of what is
    due at that very moment, the rows up to `after`, or all of them where `after` is None. `after` is there while a pass
    is unfinished: the poll that wrote it was cut short. `pass_until` (ms) is there besides if the pass has come so near
    to the end of one of its polls that the index may show more rows there later: the next pass begins at `pass_until`,
    less the overlap.
    """

    sent_until: int = 0
    after: NotificationId | None = None
    pass_until: int | None = None


class DispatchTable:
    """One row for the lease, one row for each lane and shard. Every method raises `TableUnavailable`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def take_lease(self, poll_id: str, now: int, until: int) -> bool:
        """Whether this poll may run: no other one does, or its lease has ended (ms since the epoch)."""
        free = "attribute_not_exists(#name) OR lease_until <= :now OR poll_id = :mine"
        return self._put_lease(
            poll_id,
            until,
            ConditionExpression=free,
            ExpressionAttributeNames={"#name": "name"},
            ExpressionAttributeValues=to_wire({":now": now, ":mine": poll_id}),
        )

    def renew_lease(self, poll_id: str, until: int) -> bool:
        """Whether the lease is still this poll's; if so it lasts until then (ms since the epoch)."""
        mine = to_wire({":mine": poll_id})
        return self._put_lease(poll_id, until, ConditionExpression="poll_id = :mine", ExpressionAttributeValues=mine)

    def _put_lease(self, poll_id: str, until: int, **condition: Any) -> bool:  # noqa: ANN401 - members of the request
        item = to_wire({"name": _LEASE, "poll_id": poll_id, "lease_until": until})
        try:
            with table_errors():
                client().put_item(TableName=self._name, Item=item, **condition)
        except ConditionRefused:
            return False
        return True

    def lease_until(self) -> int | None:
        """Until when a poll has the lease (ms since the epoch), or None where none has."""
        with table_errors():
            answer = client().get_item(TableName=self._name, Key=to_wire({"name": _LEASE}), ConsistentRead=True)
        return int(from_wire(answer["Item"])["lease_until"]) if "Item" in answer else None

    def end_lease(self, poll_id: str) -> None:
        """Lets the next poll run; no effect when another one has taken over."""
        try:
            with table_errors():
                client().delete_item(
                    TableName=self._name,
                    Key=to_wire({"name": _LEASE}),
                    ConditionExpression="poll_id = :mine",
                    ExpressionAttributeValues=to_wire({":mine": poll_id}),
                )
        except ConditionRefused:
            return

    def note_poll(self, began_at: int) -> None:
        """A poll that began then has done its work: whoever asks whether polls run looks here."""
        with table_errors():
            client().put_item(TableName=self._name, Item=to_wire({"name": _LAST_POLL, "began_at": began_at}))

    def last_poll(self) -> int | None:
        """When the last poll that did its work began (ms since the epoch), or None before the first."""
        with table_errors():
            answer = client().get_item(TableName=self._name, Key=to_wire({"name": _LAST_POLL}))
        return int(from_wire(answer["Item"])["began_at"]) if "Item" in answer else None

    def note_backlog(self, due: int) -> int:
        """Notes how many attempts are due and not made; gives what the last poll noted, at the first one the same."""
        item = to_wire({"name": _BACKLOG, "due": due})
        with table_errors():
            answer = client().put_item(TableName=self._name, Item=item, ReturnValues="ALL_OLD")
        before = answer.get("Attributes")
        return int(from_wire(before)["due"]) if before else due

    def position(self, lane: Lane, shard: int) -> Position:
        """How far the lane's shard has been sent; before the first poll, nowhere."""
        with table_errors():
            answer = client().get_item(
                TableName=self._name, Key=to_wire({"name": lane_key(lane, shard)}), ConsistentRead=True
            )
        return _position(from_wire(answer["Item"])) if "Item" in answer else Position()

    def save_position(self, lane: Lane, shard: int, position: Position) -> None:
        """Notes that the lane's shard has been sent up to this position."""
        with table_errors():
            client().put_item(
                TableName=self._name, Item=to_wire({"name": lane_key(lane, shard), **_attributes(position)})
            )


def _position(item: Item) -> Position:
    """What a row says. Rows that an older version wrote have `sent_until` only: they count as finished."""
    after, again = item.get("after"), item.get("pass_until")
    return Position(
        int(item["sent_until"]),
        NotificationId.from_keys(after["order_key"], after["digest"]) if after else None,
        int(again) if again is not None else None,
    )


def _attributes(position: Position) -> dict[str, Any]:
    after = position.after
    written = {
        "sent_until": position.sent_until,
        "after": {"order_key": after.order_key, "digest": after.digest} if after else None,
        "pass_until": position.pass_until,
    }
    return {name: value for name, value in written.items() if value is not None}
