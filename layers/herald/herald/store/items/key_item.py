"""An API key as an item of KeyTable, and back. Moments are text in RFC 3339; what is not known is absent.

`remove_at` (seconds since the epoch) is the TTL by which DynamoDB removes a key long after its end.
"""

from contextlib import suppress
from datetime import datetime
from decimal import Decimal

from herald.domain.api_key import IssuedKey, Key, Revocation, Role
from herald.domain.clock import SECOND, iso
from herald.store.attribute_values import Item
from herald.store.dynamodb import drop_none


def to_item(one: IssuedKey) -> Item:
    """The whole item."""
    item = {
        "key_hash": one.key_hash,
        "role": one.key.role.value,
        "name": one.key.name,
        "partner_id": one.key.partner_id or None,
        "partner_ids": list(one.key.partner_ids) or None,
        "created_at": _text(one.created_at),
        "created_by": one.created_by,
        "reason": one.reason,
        "expires_at": _text(one.expires_at),
        "last_used_on": one.last_used_on,
        "revoked_at": _text(one.revoked.at) if one.revoked else None,
        "revoked_by": one.revoked.by if one.revoked else None,
        "revoked_because": one.revoked.reason if one.revoked else None,
        "remove_at": None if one.removed_at is None else one.removed_at // SECOND,
    }
    return drop_none(item)


def from_item(item: Item) -> IssuedKey:
    """The key that `to_item` or an earlier version wrote. Raises `KeyError` or `ValueError` if it cannot be used."""
    numbers = item.get("partner_ids")
    if numbers == []:
        raise ValueError("a publisher's key is bound to an empty list of partners")
    return IssuedKey(
        key_hash=item["key_hash"],
        key=Key(
            role=Role(item["role"]),
            name=str(item["name"]),
            partner_id=_whole(item.get("partner_id")),
            partner_ids=tuple(_needed(number) for number in numbers or ()),
        ),
        created_at=_when_made(item),
        created_by=item.get("created_by"),
        reason=item.get("reason"),
        expires_at=_moment(item["expires_at"]) if "expires_at" in item else None,
        last_used_on=str(item["last_used_on"]) if "last_used_on" in item else None,
        revoked=_revocation(item),
    )


def _revocation(item: Item) -> Revocation | None:
    if "revoked_at" not in item:
        return None
    return Revocation(at=_moment(item["revoked_at"]), by=item["revoked_by"], reason=item["revoked_because"])


def _when_made(item: Item) -> int | None:
    """No key is refused because this cannot be read: it decides nothing."""
    with suppress(KeyError, ValueError):
        return _moment(item["created_at"])
    return None


def _text(moment: int | None) -> str | None:
    return None if moment is None else iso(moment)


def _moment(text: object) -> int:
    return round(datetime.fromisoformat(str(text)).timestamp() * SECOND)


def _whole(number: object) -> int | None:
    return int(number) if isinstance(number, Decimal | int) and number == int(number) else None


def _needed(number: object) -> int:
    whole = _whole(number)
    if whole is None:
        raise ValueError("a publisher's key is bound to something that is no number")
    return whole
