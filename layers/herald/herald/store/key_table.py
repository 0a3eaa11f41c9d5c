"""KeyTable: the API keys. A key is shown once; only its SHA-256 is stored."""

import secrets
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from herald.domain.clock import iso
from herald.domain.partner_number import MAX_PARTNER_ID, is_partner_number
from herald.runtime.logging import logger
from herald.runtime.visible import unseen
from herald.store.dynamodb import Item, client, drop_none, get_item, put_if, table_errors, to_wire

_PREFIX = "herald_"  # by which secret scanners and people recognise it
_BYTES = 32
MAX_NAME = 60  # characters: the name is in each history entry and in each log line of the authorizer


class Role(StrEnum):
    """What a key allows."""

    PUBLISHER = "publisher"
    OPERATOR = "operator"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """The role and the name of a key's holder; a partner's key is bound to that partner."""

    role: Role
    name: str
    partner_id: int | None = None

    def __post_init__(self) -> None:
        """Raises `ValueError` for a partner's key without a valid partner number."""
        if self.role is Role.PARTNER and not is_partner_number(self.partner_id):
            raise ValueError(f"a partner's key is bound to a partner, from 1 to {MAX_PARTNER_ID}")


def key_name_flaw(name: str) -> str | None:
    """Why no new key can have this name, or None. Keys made before this rule keep their names."""
    if character := unseen(name):
        return f"it has {character}, which nobody sees"
    if not name.strip() or len(name) > MAX_NAME:
        return f"it must have 1 to {MAX_NAME} characters"
    return None


def new_key() -> str:
    """A new key: 256 random bits in characters that are valid in a header."""
    return _PREFIX + secrets.token_urlsafe(_BYTES)


class KeyTable:
    """The keys, by hash. Every method raises `TableUnavailable`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def add(self, text: str, key: Key, now: int) -> None:
        """Stores a new key under the hash of its text. Raises `ConditionRefused` when the hash is stored already."""
        item = {
            "key_hash": hash_of(text),
            "role": key.role.value,
            "name": key.name,
            "created_at": iso(now),
            "partner_id": key.partner_id or None,
        }
        put_if(self._name, drop_none(item), "attribute_not_exists(key_hash)")

    def withdraw(self, key_hash: str) -> None:
        """Removes the key with this hash, if there is one. API Gateway's cache may accept it for five more minutes."""
        with table_errors():
            client().delete_item(TableName=self._name, Key=to_wire({"key_hash": key_hash}))

    def find(self, text: str) -> Key | None:
        """The key with this text, or None; also None, with a warning in the log, when the stored item is not valid."""
        # Consistent: API Gateway caches the result for five minutes, also that a new key is unknown.
        item = get_item(self._name, {"key_hash": hash_of(text)})
        return _from_item(item) if item else None


def _from_item(item: Item) -> Key | None:
    """None for a role or a number that is not valid: the item was not stored by `herald keys create`."""
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
