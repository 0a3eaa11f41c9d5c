"""The responses about sources. Only the response to the request that made a token has it."""

from typing import Annotated, TypedDict

from pydantic import Field, with_config

from customer_service.schemas.common import Cursor, Moment, with_example
from customer_service.schemas.partners import PartnerEntry
from herald.domain.sources.source import SourceState

SOURCE_ID = "0f1e2d3c4b5a6978"
SOURCE = {
    "id": SOURCE_ID,
    "name": "The platform",
    "partnerId": 3528,
    "state": "active",
    "signed": False,
    "cidrs": ["203.0.113.0/24"],
    "headerName": "X-Platform-Token",
    "createdAt": "2026-11-23T04:00:00.000Z",
    "previousTokenUntil": None,
    "history": [
        {
            "at": "2026-11-23T04:00:00.000Z",
            "by": "alice",
            "action": "create",
            "reason": "they send us their notifications",
            "what": "demands: cidrs 203.0.113.0/24, header X-Platform-Token",
        }
    ],
}
TOKEN = "herald_inbound_0f1e2d3c4b5a6978_…"  # noqa: S105 - an example


@with_config(with_example(SOURCE))
class Source(TypedDict):
    """A sender with an inbound address of its own, and what its requests must have besides the token."""

    id: str
    name: str
    partnerId: Annotated[int, Field(description="The entry of the registry to which its notifications go.")]
    state: SourceState
    signed: Annotated[bool, Field(description="Whether a signature by Standard Webhooks is demanded.")]
    cidrs: Annotated[list[str], Field(description="The networks from which it is accepted; empty: from everywhere.")]
    headerName: Annotated[str | None, Field(description="The header that is demanded; its value is shown nowhere.")]
    createdAt: Moment
    previousTokenUntil: Annotated[
        Moment | None,
        Field(description="Until then the token before the present one is accepted; null: there is none."),
    ]
    history: list[PartnerEntry]


@with_config(with_example({**SOURCE, "token": TOKEN, "path": f"/inbound/{TOKEN}"}))
class SourceWithToken(Source):
    """With its new token, this once."""

    token: str
    path: Annotated[str, Field(description="Of its address: `POST` it there.")]


class Sources(TypedDict):
    """A page of them, the newest first."""

    items: list[Source]
    cursor: Cursor
