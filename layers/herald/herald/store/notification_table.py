"""NotificationTable: the notifications. Each step is one conditional write, never a read followed by a write.

Every method raises `TableUnavailable`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from herald.domain.clock import SECOND
from herald.domain.notification import Notification
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import State
from herald.store.attribute_values import Item, from_wire, to_wire
from herald.store.batch_read import get_items
from herald.store.dynamodb import ConditionRefused, Conflict, client, get_item, put_if, table_errors, update_of
from herald.store.items.notification_item import from_item, key_of, to_item

# Longer than the deliverer's timeout (50 s), shorter than the visibility timeout of a message (180 s). Two deliverers'
# clocks may differ by the 10 s between the first two: beyond that, one could claim what the other still sends.
CLAIM_TIME = 60 * SECOND
_CLAIM = {"claim_id", "claim_until", "claims"}
# These change within a turn: `claims` by a claim, the others when an alert is assured or an attempt is put off. So a
# copy that was read earlier may have old values, and a write that begins a new turn sets them in any case.
_CHANGED_WITHIN_A_TURN = ("claims", "lane", "due_at", "reserved_at")
# What another writer may add to an item at any time: a claim, and a reindexing the key of the index `acceptance`.
_ADDED_BY_OTHERS = _CLAIM | {"accepted_on"}
_UNKNOWN = object()
_STATE = ("order_key", "digest", "state", "expires_at")
_TURN = ("order_key", "digest", "state", "turn")


@dataclass(frozen=True, slots=True)
class Claimed:
    """The caller has the claim, until it ends."""

    notification: Notification


@dataclass(frozen=True, slots=True)
class Stale:
    """The message names a turn that is over: delete it."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Another deliverer has the claim until `until` (ms since the epoch), or the attempt is due only then."""

    until: int


class NotificationConflict(Conflict[Notification]):
    """Another writer changed the notification since it was read."""


class NotificationTable:
    """The notifications, by id."""

    def __init__(self, name: str) -> None:
        self._name = name

    def add(self, notification: Notification, now: int) -> bool:
        """Stores a new notification; False when it is stored already, and then nothing changes."""
        return self.put(notification, now) is None

    def put(self, notification: Notification, now: int) -> Item | None:
        """Stores a new notification and returns None; when it is stored already, returns the stored item unchanged.

        An expired item, which TTL removes within a few days, is overwritten.
        """
        free = "attribute_not_exists(order_key) OR expires_at <= :now"
        try:
            put_if(self._name, to_item(notification), free, {":now": now // SECOND})
        except ConditionRefused as refused:
            return refused.item
        return None

    def get(self, notification_id: NotificationId, now: int) -> Notification | None:
        """The notification as last written; None when it does not exist or has expired."""
        item = get_item(self._name, key_of(notification_id))
        return _unexpired(from_item(item), now) if item else None

    def get_many(
        self, ids: Sequence[NotificationId], now: int, *, consistent: bool = True
    ) -> dict[NotificationId, Notification]:
        """The notifications that exist, by id; `ids` has at most 100 (DynamoDB's limit).

        As last written, or with `consistent=False` at half the cost as some moments ago.
        """
        items = get_items(self._name, [key_of(one) for one in ids], consistent=consistent)
        found = (from_item(item) for item in items)
        return {one.id: one for one in found if _unexpired(one, now)}

    def states(
        self, ids: Sequence[NotificationId], now: int, *, consistent: bool
    ) -> dict[NotificationId, State | None]:
        """The state of each that exists, None where it has expired; `ids` has at most 100 (DynamoDB's limit).

        DynamoDB charges for the whole items, but sends these attributes only.
        """
        keys = [key_of(one) for one in ids]
        return {
            _id(item): _state(item, now) for item in get_items(self._name, keys, consistent=consistent, only=_STATE)
        }

    def waiting_turns(self, ids: Sequence[NotificationId], *, consistent: bool = True) -> dict[NotificationId, int]:
        """The turns of those that are waiting, by id; `ids` has at most 100. Nothing else of them is sent."""
        items = get_items(self._name, [key_of(one) for one in ids], consistent=consistent, only=_TURN)
        return {_id(item): int(item["turn"]) for item in items if item["state"] == State.WAITING.value}

    def claim(self, notification_id: NotificationId, turn: int, claim_id: str, now: int) -> Claimed | Stale | Busy:
        """Claims the notification for one attempt in this turn (the message's), in one conditional write."""
        try:
            with table_errors():
                response = client().update_item(
                    TableName=self._name,
                    Key=to_wire(key_of(notification_id)),
                    UpdateExpression="SET claim_id = :claim_id, claim_until = :until ADD claims :one",
                    ConditionExpression="attribute_exists(order_key) AND #state = :waiting AND turn = :turn"
                    " AND due_at <= :now AND (attribute_not_exists(claim_until) OR claim_until <= :now)",
                    ExpressionAttributeNames={"#state": "state"},
                    ExpressionAttributeValues=to_wire(
                        {
                            ":claim_id": claim_id,
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
        return Claimed(from_item(from_wire(response["Attributes"])))

    def save(self, before: Notification, after: Notification) -> None:
        """Writes the differences if the stored turn is that of `before`, and so are log and claim where they change.

        A retry of a write that took effect is no error. Raises `NotificationConflict`.
        """
        old, new = to_item(before), to_item(after)
        if after.turn != before.turn:
            old = {**old, **dict.fromkeys(_CHANGED_WITHIN_A_TURN, _UNKNOWN)}
        guards = ["turn", *(name for name in ("logged", "claim_id") if old.get(name) != new.get(name))]
        try:
            self._update(key_of(before.id), update_of(old, new), {name: old[name] for name in guards})
        except ConditionRefused as refused:
            if refused.item is None or not was_written(refused.item, before, after):
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


def was_written(item: Item, before: Notification, after: Notification) -> bool:
    """Whether the stored item has the change from `before` to `after`, although a write of it was refused.

    After a decision, which begins a turn and is noted in the history, the outcome of an attempt that was under way may
    have been added.
    """
    if _comparable(item) == _comparable(to_item(after)):
        return True
    stored = from_item(item)
    is_decision = after.turn != before.turn and after.history != before.history
    return is_decision and (stored.turn, stored.history) == (after.turn, after.history)


def _why_refused(item: Item | None, turn: int, claim_id: str, now: int) -> Claimed | Stale | Busy:
    if item is None:
        return Stale()
    notification = from_item(item)
    if notification.state is not State.WAITING or notification.turn != turn:
        return Stale()  # also with this claim: an operator acted after it, and a cancelled one must not be sent
    if notification.claim_id == claim_id:
        return Claimed(notification)  # botocore retried a claim that had taken effect
    # Due later: the clock of the sender of the message was ahead of this one.
    return Busy(until=max(notification.claim_until or 0, notification.due_at or 0, now))


def _id(item: Item) -> NotificationId:
    return NotificationId.from_keys(item["order_key"], item["digest"])


def _state(item: Item, now: int) -> State | None:
    """The state of an item with the attributes `_STATE`."""
    return None if "expires_at" in item and item["expires_at"] * SECOND <= now else State(item["state"])


def _unexpired(notification: Notification, now: int) -> Notification | None:
    expired = notification.expires_at is not None and notification.expires_at <= now
    return None if expired else notification


def _comparable(item: Item) -> Item:
    return {name: value for name, value in item.items() if name not in _ADDED_BY_OTHERS}
