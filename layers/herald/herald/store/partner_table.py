"""PartnerTable: the registry of partners. Every method raises `TableUnavailable`."""

from collections.abc import Iterator
from typing import Any

from herald.domain.clock import SECOND
from herald.domain.partner import Partner
from herald.domain.partner_number import MAX_PARTNER_ID
from herald.store.dynamodb import (
    ConditionRefused,
    Conflict,
    client,
    get_item,
    put_if,
    scan_pages,
    table_errors,
    to_wire,
    update_of,
)
from herald.store.items.partner_item import from_item, to_item

CACHED_FOR = 30 * SECOND  # the longest time until a cached read shows a suspension or a new address


class PartnerConflict(Conflict[Partner]):
    """Another writer changed the partner since it was read."""


class PartnerTable:
    """The partners, by number. An instance has the cache of `get_cached`; threads may share it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._cache: dict[int, tuple[int, Partner]] = {}

    def add(self, partner: Partner) -> bool:
        """Stores a new partner; False when there is one with this number, which does not change."""
        try:
            put_if(self._name, to_item(partner), "attribute_not_exists(partner_id)")
        except ConditionRefused:
            return False
        return True

    def get(self, partner_id: int) -> Partner | None:
        """The partner as last written, or None."""
        if not 0 < partner_id <= MAX_PARTNER_ID:
            return None  # DynamoDB rejects a number of more than 38 digits
        item = get_item(self._name, {"partner_id": partner_id})
        return from_item(item) if item else None

    def get_cached(self, partner_id: int, now: int) -> Partner | None:
        """The partner as it was at most 30 s ago. A missing one is read each time, because it may be new."""
        read_at, partner = self._cache.get(partner_id, (0, None))
        if partner is not None and now - read_at < CACHED_FOR:
            return partner
        partner = self.get(partner_id)
        if partner is not None:
            self._cache[partner_id] = (now, partner)
        return partner

    def save(self, before: Partner, after: Partner) -> None:
        """Writes the differences if the stored version is that of `before`. Raises `PartnerConflict`."""
        update = update_of(to_item(before), to_item(after))
        try:
            self._update(before.partner_id, before.version, update)
        except ConditionRefused as refused:
            current = from_item(refused.item) if refused.item else None
            if current is None or (current.version, current.history) != (after.version, after.history):
                raise PartnerConflict(current) from None

    def all(self) -> Iterator[Partner]:
        """Every partner, in no order, one request a page."""
        return (from_item(item) for page in scan_pages(TableName=self._name) for item in page)

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
