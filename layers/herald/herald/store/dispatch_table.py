"""DispatchTable: the lease of the running poll, and the position up to which each lane and shard has been sent."""

from dataclasses import dataclass
from typing import Any

from herald.domain.notification import Lane
from herald.domain.notification_id import NotificationId
from herald.store.attribute_values import Item, from_wire, to_wire
from herald.store.dynamodb import ConditionRefused, client, drop_none, get_item, optional_int, table_errors
from herald.store.items.notification_item import lane_key

_LEASE = "lease"
_LAST_POLL = "last poll"
_BACKLOG = "backlog"


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where a shard of a lane has been sent, in the order of the due index.

    Everything due before `sent_until` (ms since the epoch; 0 before the first poll) has been sent. Of the rows due at
    exactly `sent_until`, those up to and including `after` have been sent, or all of them when `after` is None.
    `after` is set while a pass is unfinished, because its poll ran out of time. `pass_until` (ms) is also set if the
    pass has read rows so recent that the index may show more of them later: the next pass begins at `pass_until` minus
    the overlap.
    """

    sent_until: int = 0
    after: NotificationId | None = None
    pass_until: int | None = None


class DispatchTable:
    """One item for the lease, one for each lane and shard. Every method raises `TableUnavailable`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def take_lease(self, poll_id: str, now: int, until: int) -> bool:
        """Takes the lease until `until` (ms since the epoch); False while another poll has it."""
        free = "attribute_not_exists(#name) OR lease_until <= :now OR poll_id = :poll_id"
        return self._put_lease(
            poll_id,
            until,
            ConditionExpression=free,
            ExpressionAttributeNames={"#name": "name"},
            ExpressionAttributeValues=to_wire({":now": now, ":poll_id": poll_id}),
        )

    def renew_lease(self, poll_id: str, until: int) -> bool:
        """Extends this poll's lease to `until` (ms since the epoch); False when another poll has it."""
        own = to_wire({":poll_id": poll_id})
        return self._put_lease(poll_id, until, ConditionExpression="poll_id = :poll_id", ExpressionAttributeValues=own)

    def _put_lease(self, poll_id: str, until: int, **condition: Any) -> bool:  # noqa: ANN401 - arguments of the request
        item = to_wire({"name": _LEASE, "poll_id": poll_id, "lease_until": until})
        try:
            with table_errors():
                client().put_item(TableName=self._name, Item=item, **condition)
        except ConditionRefused:
            return False
        return True

    def holds_lease(self, poll_id: str) -> bool:
        """Whether this poll has the lease, also where its time is over and no other poll has taken it."""
        return (get_item(self._name, {"name": _LEASE}) or {}).get("poll_id") == poll_id

    def lease_until(self) -> int | None:
        """The end of the present lease (ms since the epoch), or None without one."""
        return optional_int(get_item(self._name, {"name": _LEASE}) or {}, "lease_until")

    def end_lease(self, poll_id: str) -> None:
        """Gives up the lease; no effect when another poll has it."""
        try:
            with table_errors():
                client().delete_item(
                    TableName=self._name,
                    Key=to_wire({"name": _LEASE}),
                    ConditionExpression="poll_id = :poll_id",
                    ExpressionAttributeValues=to_wire({":poll_id": poll_id}),
                )
        except ConditionRefused:
            return

    def note_poll(self, began_at: int) -> None:
        """Records that a poll that began at `began_at` (ms since the epoch) has finished."""
        with table_errors():
            client().put_item(TableName=self._name, Item=to_wire({"name": _LAST_POLL, "began_at": began_at}))

    def last_poll(self) -> int | None:
        """When the last finished poll began (ms since the epoch), or None before the first."""
        return optional_int(get_item(self._name, {"name": _LAST_POLL}, consistent=False) or {}, "began_at")

    def note_backlog(self, due: int) -> int:
        """Stores how many attempts are due; returns the number of the poll before, at the first poll `due` itself."""
        item = to_wire({"name": _BACKLOG, "due": due})
        with table_errors():
            response = client().put_item(TableName=self._name, Item=item, ReturnValues="ALL_OLD")
        before = response.get("Attributes")
        return int(from_wire(before)["due"]) if before else due

    def position(self, lane: Lane, shard: int) -> Position:
        """The position of the lane's shard; `Position()` before the first poll."""
        item = get_item(self._name, {"name": lane_key(lane, shard)})
        return _position(item) if item else Position()

    def save_position(self, lane: Lane, shard: int, position: Position) -> None:
        """Stores that the lane's shard has been sent up to this position."""
        with table_errors():
            client().put_item(
                TableName=self._name, Item=to_wire({"name": lane_key(lane, shard), **_attributes(position)})
            )


def _position(item: Item) -> Position:
    """The position in an item. An item of an older version has only `sent_until`: its pass counts as finished."""
    after = item.get("after")
    return Position(
        int(item["sent_until"]),
        NotificationId.from_keys(after["order_key"], after["digest"]) if after else None,
        optional_int(item, "pass_until"),
    )


def _attributes(position: Position) -> dict[str, Any]:
    after = position.after
    item = {
        "sent_until": position.sent_until,
        "after": {"order_key": after.order_key, "digest": after.digest} if after else None,
        "pass_until": position.pass_until,
    }
    return drop_none(item)
