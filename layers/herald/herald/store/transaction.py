"""Writes to several tables of which all take effect, or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from herald.store.attribute_values import Item, from_wire, to_wire
from herald.store.dynamodb import ConditionRefused, TableUnavailable, client, table_errors


@dataclass(frozen=True, slots=True)
class Put:
    """A put of the whole item; with a condition it is refused where that is false."""

    table: str
    item: Item
    condition: str | None = None
    values: Item | None = None  # of the condition
    names: Mapping[str, str] | None = None  # likewise, where attributes have names that DynamoDB reserves

    @property
    def arguments(self) -> dict[str, Any]:
        """Those of `put_item`."""
        put: dict[str, Any] = {"TableName": self.table, "Item": to_wire(self.item)}
        if self.condition is not None:
            put |= {"ConditionExpression": self.condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        if self.values is not None:
            put["ExpressionAttributeValues"] = to_wire(self.values)
        if self.names is not None:
            put["ExpressionAttributeNames"] = dict(self.names)
        return put


@dataclass(frozen=True, slots=True)
class Update:
    """An update; `arguments` are those of `update_item`."""

    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Delete:
    """A deletion by the whole key. There need not be such an item."""

    table: str
    key: Item

    @property
    def arguments(self) -> dict[str, Any]:
        """Those of `delete_item`."""
        return {"TableName": self.table, "Key": to_wire(self.key)}


type Write = Put | Update | Delete


def write_together(writes: Sequence[Write]) -> None:
    """Carries out all of them or none. Raises `ConditionRefused` with the stored item, and `TableUnavailable`.

    One write is an ordinary one: in a transaction it would cost twice as much.
    """
    try:
        with table_errors():
            _send(writes)
    except TableUnavailable as unavailable:
        cause = unavailable.__cause__
        if isinstance(cause, ClientError):
            _raise_refusal(cause)
        raise


def _send(writes: Sequence[Write]) -> None:
    match writes:
        case [Put() as put]:
            client().put_item(**put.arguments)
        case [Update() as update]:
            client().update_item(**update.arguments)
        case _:
            items: Any = [{type(one).__name__: one.arguments} for one in writes]
            client().transact_write_items(TransactItems=items)


def _raise_refusal(error: ClientError) -> None:
    """Raises `ConditionRefused` where a condition cancelled the transaction, and not throttling or another writer."""
    response: Mapping[str, Any] = error.response
    for reason in response.get("CancellationReasons", ()):
        if reason.get("Code") == "ConditionalCheckFailed":
            item = reason.get("Item")
            raise ConditionRefused(from_wire(item) if item else None) from None
