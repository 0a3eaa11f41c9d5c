"""PartnerTable: the registry. Every method raises `TableUnavailable` when DynamoDB cannot answer now."""

from collections.abc import Iterator
from typing import Any

from herald.domain.clock import SECOND
from herald.domain.partner import Partner
from herald.domain.partner_number import MAX_PARTNER_ID
from herald.store.dynamodb import ConditionRefused, client, from_wire, table_errors, to_wire, update_of
from herald.store.items.partner_item import from_item, to_item

CACHED_FOR = 30 * SECOND  # how long a suspension or a new address may take to be noticed where reads are cached


class PartnerConflict(Exception):
    """Somebody changed the partner since it was read. `current` is how it stands now."""

    def __init__(self, current: Partner | None) -> None:
        super().__init__("the partner was changed meanwhile")
        self.current = current


class PartnerTable:
    """The partners, by number. An instance keeps what it read for `get_cached`; threads may share it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._cache: dict[int, tuple[int, Partner]] = {}

    def add(self, partner: Partner) -> bool:
        """Stores a new one; False when the number is taken, whose partner stays untouched."""
        item = to_item(partner)
        try:
            with table_errors():
                client().put_item(
                    TableName=self._name,
                    Item=to_wire(item),
                    ConditionExpression="attribute_not_exists(partner_id)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionRefused as refused:
            return refused.item == item  # mine after all: the client repeated a put that had taken effect
        return True

    def get(self, partner_id: int) -> Partner | None:
        """The partner as last written, or None."""
        if not 0 < partner_id <= MAX_PARTNER_ID:
            return None  # DynamoDB would refuse a number of more than 38 digits
        with table_errors():
            answer = client().get_item(
                TableName=self._name, Key=to_wire({"partner_id": partner_id}), ConsistentRead=True
            )
        item = answer.get("Item")
        return from_item(from_wire(item)) if item else None

    def get_cached(self, partner_id: int, now: int) -> Partner | None:
        """The partner as it was at most 30 s ago. A missing one is looked up each time: it may just be created."""
        read_at, partner = self._cache.get(partner_id, (0, None))
        if partner is not None and now - read_at < CACHED_FOR:
            return partner
        partner = self.get(partner_id)
        if partner is not None:
            self._cache[partner_id] = (now, partner)
        return partner

    def save(self, before: Partner, after: Partner) -> None:
        """Writes what differs, if nobody changed the partner since `before`. Raises `PartnerConflict`."""
        update = update_of(to_item(before), to_item(after))
        try:
            self._update(before.partner_id, before.version, update)
        except ConditionRefused as refused:
            current = from_item(refused.item) if refused.item else None
            if current is None or (current.version, current.history) != (after.version, after.history):
                raise PartnerConflict(current) from None

    def all(self) -> Iterator[Partner]:
        """Every partner, in no order, a page a request."""
        scan: dict[str, Any] = {"TableName": self._name}
        while True:
            with table_errors():
                answer = client().scan(**scan)
            yield from (from_item(from_wire(item)) for item in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            scan["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _update(self, partner_id: int, version: int, update: dict[str, Any]) -> None:
        with table_errors():
            client().update_item(
                TableName=self._name,
                Key=to_wire({"partner_id": partner_id}),
                UpdateExpression=update["UpdateExpression"],
                ConditionExpression="attribute_exists(partner_id) AND #version = :seen",
                ExpressionAttributeNames={**update["ExpressionAttributeNames"], "#version": "version"},
                ExpressionAttributeValues={**update["ExpressionAttributeValues"], **to_wire({":seen": version})},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
