"""A source: a sender with an inbound address of its own, `POST /inbound/{token}`. Pure; moments are ms since the epoch.

It has no key: the token in the address names it, and `Proof` says what a request must have besides.
"""

import hmac
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from herald.domain.sources.token import hash_of_token

if TYPE_CHECKING:
    from herald.domain.partner import PartnerEntry

_NO_HASH = "0" * 64  # compared in place of one, so that its absence takes no less time


class SourceState(StrEnum):
    """Whether its sender may submit."""

    ACTIVE = "active"
    SUSPENDED = "suspended"  # an operator stopped it: its address answers as one that does not exist


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a request must have besides the token; all that is set is demanded. Secrets are encrypted for the source."""

    cidrs: tuple[str, ...] = ()  # the networks of the sender's addresses
    webhook_secret: bytes | None = None  # with which the sender signs, by Standard Webhooks
    header_name: str | None = None  # set together with its value
    header_value: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source: whose notifications it accepts, and how its sender proves itself."""

    source_id: str  # 16 hex digits
    name: str
    partner_id: int  # of the registry's entry to which its notifications go; it never changes
    state: SourceState
    token_hash: str
    version: int = 1  # grows by one with each change; the condition of the next write
    previous_token_hash: str | None = None
    previous_token_until: int | None = None
    proof: Proof = Proof()
    created_at: int = 0
    history: "tuple[PartnerEntry, ...]" = ()

    @property
    def is_active(self) -> bool:
        """Whether its sender may submit."""
        return self.state is SourceState.ACTIVE


def is_token_of(source: Source | None, token: str, now: int) -> bool:
    """Whether the token is the source's present one, or the previous one while that is valid.

    It takes the same time for every token, also where there is no source.
    """
    given = hash_of_token(token)
    present = hmac.compare_digest(given, source.token_hash if source else _NO_HASH)
    previous = hmac.compare_digest(given, (source.previous_token_hash if source else None) or _NO_HASH)
    until = (source.previous_token_until if source else None) or 0
    return present or (previous and now < until)
