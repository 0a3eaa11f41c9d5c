"""NotificationTable: where notifications live. One conditional write for each step, never a read-then-write.

Every method raises `TableUnavailable` when DynamoDB cannot answer now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from herald.domain.clock import SECOND
from herald.domain.notification import Notification, State
from herald.domain.notification_id import NotificationId
from herald.store.dynamodb import (
    ConditionRefused,
    Item,
    TableUnavailable,
    client,
    from_wire,
    table_errors,
    to_wire,
    update_of,
)
from herald.store.items.notification_item import from_item, key_of, to_item

# Longer than the deliverer may run (50 s), shorter than a message stays invisible (180 s). The ten seconds beyond the
# function are the only margin between two deliverers whose clocks differ: one whose clock is ahead could claim what
# another one still POSTs.
CLAIM_TIME = 60 * SECOND
_CLAIM = {"claim_id", "claim_until", "claims"}
# Written without a new turn, so whoever read the item before may not know them: the count by a claim made since then,
# lane and due time by an alert that was assured. A new turn writes them whatever they were.
_CHANGED_WITHIN_A_TURN = ("claims", "lane", "due_at")
_UNKNOWN = object()


@dataclass(frozen=True, slots=True)
class Claimed:
    """The notification is mine until the claim ends."""

    notification: Notification


@dataclass(frozen=True, slots=True)
class Stale:
    """The message speaks of a turn that is over: nothing to do."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Not before this moment (ms since the epoch): somebody else is delivering it until then, or it is not due yet."""

    until: int


class NotificationConflict(Exception):
    """Somebody changed the notification since it was read. `current` is how it stands now, None when it is gone."""

    def __init__(self, current: Notification | None) -> None:
        super().__init__("the notification was changed meanwhile")
        self.current = current


class NotificationTable:
    """The notifications, by id, by what is due and by what needs a person."""

    def __init__(self, name: str) -> None:
        self._name = name

    def add(self, notification: Notification, now: int) -> bool:
        """Stores a new one; False when the same notification stands there already, which stays untouched."""
        return self.put(notification, now) is None

    def put(self, notification: Notification, now: int) -> Item | None:
        """Stores a new one; the item of the same notification where it stands there already, which stays untouched.

        One that has expired and only waits for DynamoDB's clean-up (up to days, says its manual) gives way.
        """
        item = to_item(notification)
        try:
            with table_errors():
                client().put_item(
                    TableName=self._name,
                    Item=to_wire(item),
                    ConditionExpression="attribute_not_exists(order_key) OR expires_at <= :now",
                    ExpressionAttributeValues=to_wire({":now": now // SECOND}),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionRefused as refused:
            return None if refused.item == item else refused.item  # equal: the client repeated its own put
        return None

    def get(self, notification_id: NotificationId, now: int) -> Notification | None:
        """The notification as last written, or None when there is none or it has expired."""
        with table_errors():
            answer = client().get_item(TableName=self._name, Key=to_wire(key_of(notification_id)), ConsistentRead=True)
        item = answer.get("Item")
        return _unexpired(from_item(from_wire(item)), now) if item else None

    def get_many(self, ids: Sequence[NotificationId], now: int) -> dict[NotificationId, Notification]:
        """Those of at most 100 (DynamoDB's limit for a batch) that are there, as last written, by their ids."""
        found: dict[NotificationId, Notification] = {}
        request: dict[str, Any] = {self._name: {"Keys": [to_wire(key_of(one)) for one in ids], "ConsistentRead": True}}
        while request:
            with table_errors():
                answer = client().batch_get_item(RequestItems=request)
            items = (from_item(from_wire(item)) for item in answer["Responses"].get(self._name, ()))
            found |= {one.id: one for one in items if _unexpired(one, now)}
            request = dict(answer["UnprocessedKeys"])  # what is beyond 16 MB, or was throttled
            if request and not answer["Responses"].get(self._name):
                raise TableUnavailable("UnprocessedKeys")
        return found

    def claim(self, notification_id: NotificationId, turn: int, claim_id: str, now: int) -> Claimed | Stale | Busy:
        """Takes the notification for one attempt, in the turn that the message names, in one conditional write."""
        try:
            with table_errors():
                answer = client().update_item(
                    TableName=self._name,
                    Key=to_wire(key_of(notification_id)),
                    UpdateExpression="SET claim_id = :mine, claim_until = :until ADD claims :one",
                    ConditionExpression="attribute_exists(order_key) AND #state = :waiting AND turn = :turn"
                    " AND due_at <= :now AND (attribute_not_exists(claim_until) OR claim_until <= :now)",
                    ExpressionAttributeNames={"#state": "state"},
                    ExpressionAttributeValues=to_wire(
                        {
                            ":mine": claim_id,
                            ":until": now + CLAIM_TIME,
                            ":one": 1,
                            ":waiting": State.WAITING.value,
                            ":turn": turn,
                            ":now": now,
                        }
                    ),
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionRefused as refused:
            return _why_refused(refused.item, turn, claim_id, now)
        return Claimed(from_item(from_wire(answer["Attributes"])))

    def save(self, before: Notification, after: Notification) -> None:
        """Writes what differs, if the turn is still that of `before`, and so the log and the claim where they change.

        A repeated call whose first one took effect is no error. Raises `Changed` with what stands there instead.
        """
        old, new = to_item(before), to_item(after)
        if after.turn != before.turn:
            old = {**old, **dict.fromkeys(_CHANGED_WITHIN_A_TURN, _UNKNOWN)}
        guards = ["turn", *(name for name in ("logged", "claim_id") if old.get(name) != new.get(name))]
        try:
            self._update(key_of(before.id), update_of(old, new), {name: old[name] for name in guards})
        except ConditionRefused as refused:
            if refused.item is None or _unclaimed(refused.item) != _unclaimed(new):
                raise NotificationConflict(from_item(refused.item) if refused.item else None) from None

    def _update(self, key: Item, update: dict[str, Any], expected: Item) -> None:
        equal = [f"#is_{name} = :is_{name}" for name in expected]
        names = {f"#is_{name}": name for name in expected}
        values = to_wire({f":is_{name}": value for name, value in expected.items()})
        with table_errors():
            client().update_item(
                TableName=self._name,
                Key=to_wire(key),
                UpdateExpression=update["UpdateExpression"],
                ConditionExpression=" AND ".join(["attribute_exists(order_key)", *equal]),
                ExpressionAttributeNames={**update["ExpressionAttributeNames"], **names},
                ExpressionAttributeValues={**update["ExpressionAttributeValues"], **values},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )


def _why_refused(item: Item | None, turn: int, claim_id: str, now: int) -> Claimed | Stale | Busy:
    if item is None:
        return Stale()
    notification = from_item(item)
    if notification.state is not State.WAITING or notification.turn != turn:
        return Stale()  # even if the claim is mine: a person acted after it, and a cancelled one must not be told
    if notification.claim_id == claim_id:
        return Claimed(notification)  # the client repeated a claim that had taken effect
    # Due later: the clock of whoever sent the message was ahead of ours.
    return Busy(until=max(notification.claim_until or 0, notification.due_at or 0, now))


def _unexpired(notification: Notification, now: int) -> Notification | None:
    expired = notification.expires_at is not None and notification.expires_at <= now
    return None if expired else notification


def _unclaimed(item: Item) -> Item:
    return {name: value for name, value in item.items() if name not in _CLAIM}
