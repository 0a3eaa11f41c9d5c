"""DispatchTable: which poll is running, and how far each lane and shard of the due index has been sent."""

from herald.dynamodb import ConditionRefused, client, from_wire, table_errors, to_wire
from herald.notification import Lane
from herald.notification_item import lane_key

_LEASE = "lease"
_LAST_POLL = "last poll"
_BACKLOG = "backlog"


class DispatchTable:
    """One row for the lease, one row for each lane and shard. Every method raises `TableUnavailable`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def take_lease(self, poll_id: str, now: int, until: int) -> bool:
        """Whether this poll may run: no other one does, or its lease has ended (ms since the epoch)."""
        try:
            with table_errors():
                client().put_item(
                    TableName=self._name,
                    Item=to_wire({"name": _LEASE, "poll_id": poll_id, "lease_until": until}),
                    ConditionExpression="attribute_not_exists(#name) OR lease_until <= :now OR poll_id = :mine",
                    ExpressionAttributeNames={"#name": "name"},
                    ExpressionAttributeValues=to_wire({":now": now, ":mine": poll_id}),
                )
        except ConditionRefused:
            return False
        return True

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

    def sent_until(self, lane: Lane, shard: int) -> int:
        """Up to which due time (ms since the epoch) the lane's shard has been sent; 0 before the first poll."""
        with table_errors():
            answer = client().get_item(
                TableName=self._name, Key=to_wire({"name": lane_key(lane, shard)}), ConsistentRead=True
            )
        item = answer.get("Item")
        return int(from_wire(item)["sent_until"]) if item else 0

    def remember(self, lane: Lane, shard: int, sent_until: int) -> None:
        """Notes that everything due up to `sent_until` has been sent."""
        with table_errors():
            client().put_item(
                TableName=self._name, Item=to_wire({"name": lane_key(lane, shard), "sent_until": sent_until})
            )
