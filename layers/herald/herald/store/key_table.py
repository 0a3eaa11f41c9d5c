"""KeyTable: who may call the API. A key is shown once and stored as its SHA-256 only."""

import secrets
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from herald.domain.clock import iso
from herald.domain.partner_number import MAX_PARTNER_ID, is_partner_number
from herald.runtime.logging import logger
from herald.runtime.visible import unseen
from herald.store.dynamodb import ConditionRefused, Item, client, from_wire, table_errors, to_wire

_PREFIX = "herald_"  # lets secret scanners, and people, tell what it is
_BYTES = 32
MAX_NAME = 60  # characters: it stands in every entry of a history and in every line of the authorizer's log


class Role(StrEnum):
    """What a key is for."""

    PUBLISHER = "publisher"
    OPERATOR = "operator"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Whose key it is; a partner's is bound to that partner."""

    role: Role
    name: str
    partner_id: int | None = None

    def __post_init__(self) -> None:
        """Raises `ValueError` where a partner's key is bound to no number that a partner may have."""
        if self.role is Role.PARTNER and not is_partner_number(self.partner_id):
            raise ValueError(f"a partner's key is bound to a partner, from 1 to {MAX_PARTNER_ID}")


def key_name_flaw(name: str) -> str | None:
    """Why no key can have this name, or None. Keys made before this rule keep their names."""
    if character := unseen(name):
        return f"it has {character}, which nobody sees"
    if not name.strip() or len(name) > MAX_NAME:
        return f"it must have 1 to {MAX_NAME} characters"
    return None


def new_key() -> str:
    """A fresh key, 256 random bits in letters that fit into a header."""
    return _PREFIX + secrets.token_urlsafe(_BYTES)


class KeyTable:
    """The keys, by their hash. Every method raises `TableUnavailable` when DynamoDB cannot answer now."""

    def __init__(self, name: str) -> None:
        self._name = name

    def add(self, text: str, key: Key, now: int) -> None:
        """Stores the hash of the key's text with what it is for. A text that is there already is refused."""
        item = {
            "key_hash": hash_of(text),
            "role": key.role.value,
            "name": key.name,
            "created_at": iso(now),
            **({"partner_id": key.partner_id} if key.partner_id else {}),
        }
        try:
            with table_errors():
                client().put_item(
                    TableName=self._name,
                    Item=to_wire(item),
                    ConditionExpression="attribute_not_exists(key_hash)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionRefused as refused:
            if refused.item != item:
                raise

    def withdraw(self, key_hash: str) -> None:
        """Removes the key with this hash, if it is there. The gateway may know it for five minutes more."""
        with table_errors():
            client().delete_item(TableName=self._name, Key=to_wire({"key_hash": key_hash}))

    def find(self, text: str) -> Key | None:
        """Whose key this is, or None; also None, and a warning in the log, where what is stored of it is not usable."""
        with table_errors():
            # Consistent: the gateway keeps an answer for five minutes, also that a key made a moment ago is unknown.
            answer = client().get_item(
                TableName=self._name, Key=to_wire({"key_hash": hash_of(text)}), ConsistentRead=True
            )
        if "Item" not in answer:
            return None
        return _from_item(from_wire(answer["Item"]))


def _from_item(item: Item) -> Key | None:
    """None where somebody stored, past `herald keys create`, a role or a number that cannot be."""
    number = item.get("partner_id")
    try:
        whole = int(number) if isinstance(number, Decimal) and number == int(number) else None
        return Key(role=Role(item["role"]), name=str(item["name"]), partner_id=whole)
    except (ValueError, KeyError) as unusable:
        logger.warning("stored key not usable", extra={"why": str(unusable), "key_hash": item["key_hash"]})
        return None


def hash_of(text: str) -> str:
    """SHA-256 of the key's text, in hex."""
    return sha256(text.encode()).hexdigest()
