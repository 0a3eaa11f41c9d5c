"""PartnerTable: the registry of partners. Every method raises `TableUnavailable`."""

from collections.abc import Iterator, Sequence
from typing import Any

from herald.domain.clock import SECOND
from herald.domain.partner import Partner, ReviewState
from herald.domain.partner_number import MAX_PARTNER_ID
from herald.store.attribute_values import Item, to_wire
from herald.store.dynamodb import ConditionRefused, Conflict, get_item, scan_pages, update_of
from herald.store.encryption.secret_table import SecretTable
from herald.store.encryption.secret_writes import secret_writes
from herald.store.items.breaker_item import ATTRIBUTES
from herald.store.items.partner_item import from_item, to_item, without_secrets
from herald.store.transaction import Delete, Put, Update, Write, write_together

CACHED_FOR = 30 * SECOND  # the longest time until a cached read shows a suspension or a new address
CACHED_WITH_OUTAGES_FOR = SECOND  # of a partner whose breaker is open or counts outages, which change it at once
_UNKNOWN = object()


class PartnerConflict(Conflict[Partner]):
    """Another writer changed the partner since it was read."""


class PartnerTable:
    """The partners, by number. An instance has the cache of `get_cached`; threads may share it.

    Whoever writes partners gives `secrets`: then no secret is stored in clear, and one that an older version stored so
    is moved by the next write.
    """

    def __init__(self, name: str, secrets: SecretTable | None = None) -> None:
        self._name = name
        self._secrets = secrets
        self._cache: dict[int, tuple[int, Partner]] = {}

    def add(self, partner: Partner) -> bool:
        """Stores a new partner and its secret; False when there is one with this number, which does not change.

        What remains of a deleted one is replaced.
        """
        item, secret_writes = self._split(None, partner)
        free = "attribute_not_exists(partner_id) OR #state = :deleted"
        deleted = {":deleted": ReviewState.DELETED.value}
        try:
            write_together([Put(self._name, item, free, deleted, {"#state": "state"}), *secret_writes])
        except ConditionRefused as refused:
            return refused.item == item  # then botocore repeated a write of ours that had taken effect
        return True

    def get(self, partner_id: int) -> Partner | None:
        """The partner as last written, or None."""
        if not 0 < partner_id <= MAX_PARTNER_ID:
            return None  # DynamoDB rejects a number of more than 38 digits
        item = get_item(self._name, {"partner_id": partner_id})
        return from_item(item) if item else None

    def get_cached(self, partner_id: int, now: int) -> Partner | None:
        """The partner as it was at most 30 s ago, or 1 s if its breaker is in use. A missing one is read each time."""
        return self.cached(partner_id, now) or self.get_and_cache(partner_id, now)

    def cached(self, partner_id: int, now: int) -> Partner | None:
        """The same, but None where it would have to be read."""
        read_at, partner = self._cache.get(partner_id, (0, None))
        if partner is None:
            return None
        kept_for = CACHED_FOR if partner.breaker.is_blank else CACHED_WITH_OUTAGES_FOR
        return partner if now - read_at < kept_for else None

    def get_and_cache(self, partner_id: int, now: int) -> Partner | None:
        """The partner as last written, which `get_cached` returns from then on."""
        partner = self.get(partner_id)
        if partner is not None:
            self.cache(partner, now)
        return partner

    def cache(self, partner: Partner, now: int) -> None:
        """Lets `get_cached` return this: it was just read or written."""
        self._cache[partner.partner_id] = (now, partner)

    def save(self, before: Partner, after: Partner, *, also: Sequence[Write] = ()) -> None:
        """Writes the differences if the stored version is that of `before`. Raises `PartnerConflict`.

        A breaker is opened only if no answer came meanwhile. What is written `also` takes effect together with it.
        """
        item, secret_writes = self._split(before, after)
        update = self._update(before, after, update_of(_known(before, after), item))
        self._write(after, [update, *secret_writes, *also])

    def replace(self, before: Partner, after: Partner, *, also: Sequence[Write] = ()) -> None:
        """Puts `after` in the place of the whole item, whatever else stands there. Raises `PartnerConflict`."""
        put = Put(self._name, to_item(after), "#version = :seen", {":seen": before.version}, {"#version": "version"})
        self._write(after, [put, *also])

    def all(self) -> Iterator[Partner]:
        """Every partner, in no order, one request a page."""
        return (from_item(item) for page in scan_pages(TableName=self._name) for item in page)

    def names(self) -> Iterator[tuple[int, str]]:
        """Number and name of every partner, in no order, one request a page: no address and no history is sent."""
        query = {"ProjectionExpression": "partner_id, #name", "ExpressionAttributeNames": {"#name": "name"}}
        pages = scan_pages(TableName=self._name, **query)
        return ((int(item["partner_id"]), str(item["name"])) for page in pages for item in page)

    def _write(self, after: Partner, writes: Sequence[Write]) -> None:
        try:
            write_together(writes)
        except ConditionRefused as refused:
            current = from_item(refused.item) if refused.item else None
            if current is None or (current.version, current.history) != (after.version, after.history):
                raise PartnerConflict(current) from None

    def _split(self, before: Partner | None, after: Partner) -> tuple[Item, list[Put | Delete]]:
        """The partner's item, and the writes that store its secrets and remove those that it has no more."""
        if self._secrets is None:
            return to_item(after), []
        return without_secrets(to_item(after)), secret_writes(self._secrets, before, after)

    def _update(self, before: Partner, after: Partner, update: dict[str, Any]) -> Update:
        opens = after.breaker.is_open and not before.breaker.is_open
        condition = "attribute_exists(partner_id) AND #version = :seen"
        names = {**update["ExpressionAttributeNames"], "#version": "version"}
        values = {":seen": before.version, **({":outages": before.breaker.outages} if opens else {})}
        return Update(
            {
                "TableName": self._name,
                "Key": to_wire({"partner_id": before.partner_id}),
                "UpdateExpression": update["UpdateExpression"],
                "ConditionExpression": f"{condition} AND breaker_outages >= :outages" if opens else condition,
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": {**update["ExpressionAttributeValues"], **to_wire(values)},
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        )


def _known(before: Partner, after: Partner) -> Item:
    """What is known of the stored item: where the breaker changes, nothing of its attributes.

    Deliverers change those without a new version.
    """
    old, new = before.breaker, after.breaker
    if (old.opened_at, old.recovering_since) == (new.opened_at, new.recovering_since):
        return to_item(before)
    return {**to_item(before), **dict.fromkeys(ATTRIBUTES, _UNKNOWN)}
