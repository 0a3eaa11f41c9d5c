"""The API keys: their form, what a role allows a key for, and what is known of a key that was made. Pure.

A key's text is shown once and stored nowhere: a key is known by the SHA-256 of its text. Moments are ms since the
epoch.
"""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from herald.domain.clock import DAY, iso
from herald.domain.partner_number import MAX_PARTNER_ID, is_partner_number

MAX_PARTNERS = 100  # to which a publisher's key can be bound: the gateway passes the list with every request
KEPT_FOR = 365 * DAY  # for which a revoked or expired key stays listed
_BYTES = 32
_ID_DIGITS = 16


class Role(StrEnum):
    """What a key allows. A viewer reads what an operator reads, and changes nothing."""

    PUBLISHER = "publisher"
    OPERATOR = "operator"
    VIEWER = "viewer"
    PARTNER = "partner"


# By which secret scanners find a key; docs/operations.md has the expression for people to copy.
KEY_FORM = rf"herald_({'|'.join(Role)})_[A-Za-z0-9_-]{{43}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """The role and the name of a key's holder, and the partners to which the key is bound.

    A partner's key is bound to one (`partner_id`), a publisher's key to those in `partner_ids`, or to none.
    """

    role: Role
    name: str
    partner_id: int | None = None
    partner_ids: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Raises `ValueError` where the role and the partners do not go together."""
        if self.role is Role.PARTNER and not is_partner_number(self.partner_id):
            raise ValueError(f"a partner's key is bound to a partner, from 1 to {MAX_PARTNER_ID}")
        if self.partner_ids and self.role is not Role.PUBLISHER:
            raise ValueError("only a publisher's key is bound to several partners")
        if len(self.partner_ids) > MAX_PARTNERS or not all(map(is_partner_number, self.partner_ids)):
            raise ValueError(f"a publisher's key is bound to {MAX_PARTNERS} partners at most, each from 1 on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """Who revoked a key, when and why."""

    at: int
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """A key as it is stored. What is not known of a key that was made by an earlier version is None."""

    key_hash: str
    key: Key
    created_at: int | None = None
    created_by: str | None = None
    reason: str | None = None
    expires_at: int | None = None
    last_used_on: str | None = None  # the UTC day, `2026-11-26`
    revoked: Revocation | None = None

    @property
    def key_id(self) -> str:
        """By which people name it: the first digits of its hash, from which nobody finds the key."""
        return id_of_hash(self.key_hash)

    def is_valid(self, now: int) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked is None and (self.expires_at is None or now < self.expires_at)

    @property
    def removed_at(self) -> int | None:
        """When it leaves the list; None while it is not revoked and has no end."""
        ended = self.revoked.at if self.revoked else self.expires_at
        return None if ended is None else ended + KEPT_FOR


def new_key(role: Role) -> str:
    """A new key: its role, and 256 random bits in characters that are valid in a header and in a URL."""
    return f"herald_{role.value}_{secrets.token_urlsafe(_BYTES)}"


def hash_of(text: str) -> str:
    """SHA-256 of the key's text, in hex."""
    return sha256(text.encode()).hexdigest()


def id_of_hash(key_hash: str) -> str:
    """The id of the key with this hash."""
    return key_hash[:_ID_DIGITS]


def day_of(moment: int) -> str:
    """The UTC day of the moment, `2026-11-26`."""
    return iso(moment)[:10]
