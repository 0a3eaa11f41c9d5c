"""KeyTable: the API keys. A key is shown once; only its SHA-256 is stored."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from herald.domain.api_key import IssuedKey, Key, Revocation, Role, day_of, hash_of
from herald.domain.notification import HERALD
from herald.languages.message import Message
from herald.runtime.logging import logger
from herald.runtime.visible import unseen
from herald.store.attribute_values import Item, to_wire
from herald.store.dynamodb import (
    ConditionRefused,
    Conflict,
    client,
    client_with_short_deadline,
    get_item,
    put_if,
    scan_pages,
    table_errors,
    update_of,
)
from herald.store.items.key_item import from_item, to_item

MAX_NAME = 60  # characters: the name is in each history entry and in each log line of the authorizer


class KeyConflict(Conflict[IssuedKey]):
    """The key was revoked or removed since it was read."""


def key_name_flaw(name: str) -> Message | None:
    """Why no new key can have this name, or None. Keys made before this rule keep their names."""
    if character := unseen(name):
        return Message("it has {character}, which nobody sees", character=character)
    if name.strip().casefold() == HERALD:
        return Message("`{name}` stands for Herald itself in histories: choose another one", name=name)
    if not name.strip() or len(name) > MAX_NAME:
        return Message("it must have 1 to {most} characters", most=MAX_NAME)
    return None


class KeyTable:
    """The keys, by hash. Every method raises `TableUnavailable`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def add(
        self,
        text: str,
        key: Key,
        now: int,
        *,
        by: str | None = None,
        reason: str | None = None,
        expires_at: int | None = None,
    ) -> IssuedKey:
        """Stores a new key under the hash of its text. Raises `ConditionRefused` when the hash is stored already."""
        one = IssuedKey(
            key_hash=hash_of(text), key=key, created_at=now, created_by=by, reason=reason, expires_at=expires_at
        )
        put_if(self._name, to_item(one), "attribute_not_exists(key_hash)")
        return one

    def find(self, text: str) -> IssuedKey | None:
        """The key with this text, also a revoked or expired one; None, with a warning, if its item cannot be used."""
        # Consistent: API Gateway caches the result for a minute, also that a new key is unknown.
        return self.with_hash(hash_of(text))

    def with_hash(self, key_hash: str) -> IssuedKey | None:
        """Likewise, the key with this hash: of a session of the console, which does not have the text."""
        item = get_item(self._name, {"key_hash": key_hash})
        return _read(item) if item else None

    def all(self) -> Iterator[IssuedKey]:
        """Every key, in no order. The table has some hundreds, so it is read whole."""
        pages = scan_pages(TableName=self._name, ConsistentRead=True)
        return (one for page in pages for one in map(_read, page) if one is not None)

    def by_id(self, key_id: str) -> IssuedKey | None:
        """The key with this id, or None."""
        return next((one for one in self.all() if one.key_id == key_id), None)

    def of_partner(self, partner_id: int) -> list[IssuedKey]:
        """The query keys of this partner that are not revoked, whoever made them."""
        mine = (one for one in self.all() if one.key.role is Role.PARTNER and one.key.partner_id == partner_id)
        return [one for one in mine if one.revoked is None]

    def revoke(self, one: IssuedKey, by: str, reason: str, now: int) -> IssuedKey:
        """Revokes it. API Gateway's cache may accept it for one more minute. Raises `KeyConflict`."""
        if one.revoked is not None:
            raise KeyConflict(one)
        after = replace(one, revoked=Revocation(at=now, by=by, reason=reason))
        try:
            self._revoke(one, after)
        except ConditionRefused as refused:
            current = _read(refused.item) if refused.item else None
            if current is None or current.revoked != after.revoked:  # else botocore repeated a write of ours
                raise KeyConflict(current) from None
        return after

    def note_use(self, one: IssuedKey, now: int) -> None:
        """Notes the UTC day of a use, with a short deadline, unless that day or a later one is noted already."""
        with suppress(ConditionRefused), table_errors():
            client_with_short_deadline().update_item(
                TableName=self._name,
                Key=to_wire({"key_hash": one.key_hash}),
                UpdateExpression="SET last_used_on = :today",
                ConditionExpression="attribute_exists(key_hash)"
                " AND (attribute_not_exists(last_used_on) OR last_used_on < :today)",
                ExpressionAttributeValues=to_wire({":today": day_of(now)}),
            )

    def _revoke(self, before: IssuedKey, after: IssuedKey) -> None:
        with table_errors():
            client().update_item(
                TableName=self._name,
                Key=to_wire({"key_hash": before.key_hash}),
                ConditionExpression="attribute_exists(key_hash) AND attribute_not_exists(revoked_at)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **update_of(to_item(before), to_item(after)),
            )


def _read(item: Item) -> IssuedKey | None:
    """None for a role or a number that is not valid: the item was not stored by Herald."""
    try:
        return from_item(item)
    except (ValueError, KeyError, TypeError) as unusable:
        logger.warning("stored key not usable", extra={"why": str(unusable), "key_hash": item["key_hash"]})
        return None
