"""The responses about API keys. Only the response to the request that made a key has it."""

from typing import Annotated, TypedDict

from pydantic import Field, with_config

from customer_service.schemas.common import Cursor, Moment, with_example
from herald.domain.api_key import Role

type Id = Annotated[str, Field(description="The first 16 hex digits of the key's SHA-256.")]
type Day = Annotated[
    str | None, Field(json_schema_extra={"format": "date"}, description="The UTC day of its last use.")
]


class Revoked(TypedDict):
    """Who revoked the key, when and why."""

    at: Moment
    by: str
    reason: str


KEY_ID = "5f2c1d0e9b8a7f6e"
KEY = {
    "id": KEY_ID,
    "role": "publisher",
    "name": "checkout",
    "partnerId": None,
    "partnerIds": [3528, 3529],
    "createdAt": "2026-11-23T04:05:06.000Z",
    "createdBy": "alice",
    "reason": "the new shop",
    "expiresAt": None,
    "lastUsedOn": "2026-11-26",
    "revoked": None,
}


@with_config(with_example(KEY))
class Key(TypedDict):
    """What is known of a key; null where it is not known, of keys that were made by an earlier version."""

    id: Id
    role: Role
    name: str
    partnerId: Annotated[int | None, Field(description="Of a partner's key.")]
    partnerIds: Annotated[list[int] | None, Field(description="Of a publisher's key that is bound to partners.")]
    createdAt: Moment | None
    createdBy: str | None
    reason: str | None
    expiresAt: Annotated[Moment | None, Field(description="From then on it is refused; null: it has no end.")]
    lastUsedOn: Day
    revoked: Annotated[Revoked | None, Field(description="null: it is not revoked.")]


@with_config(with_example({**KEY, "lastUsedOn": None, "key": "herald_publisher_…"}))
class NewlyMade(Key):
    """With the key itself, this once."""

    key: str


class Keys(TypedDict):
    """A page of them, the newest first."""

    items: list[Key]
    cursor: Cursor
