"""The responses about partners. Only the response to the request that made a secret has it."""

from typing import Annotated, NotRequired, TypedDict

from pydantic import Field, with_config

from herald.domain.partner import ReviewState
from operator_api.schemas.common import TEST, Cursor, Host, Moment, ReasonCode, ReasonValues, Test, with_example


class PartnerEntry(TypedDict):
    """Who changed the partner, when, what and why."""

    at: Moment
    by: str
    action: str
    reason: Annotated[str, Field(description="What the person wrote; of a test, its result.")]
    reasonCode: NotRequired[ReasonCode]
    reasonValues: NotRequired[ReasonValues]
    what: NotRequired[Annotated[str, Field(description="The particulars, such as the new address.")]]


PARTNER = {
    "partnerId": 3528,
    "name": "West Lake",
    "contact": "ops@west-lake.example",
    "state": "pending",
    "url": None,
    "proposedUrl": "https://west-lake.example/notify",
    "ladder": None,
    "lastTest": TEST,
    "history": [
        {
            "at": "2026-11-23T04:00:00.000Z",
            "by": "alice",
            "action": "create",
            "reason": "registered",
            "reasonCode": "registered",
            "reasonValues": {},
        }
    ],
}
SECRET, QUERY_KEY = {"secret": "whsec_…"}, {"queryKey": "…"}


@with_config(with_example(PARTNER))
class Partner(TypedDict):
    """A partner with its review."""

    partnerId: int
    name: str
    contact: str
    state: ReviewState
    url: Annotated[str | None, Field(description="The approved address, the only one that is used.")]
    urlHost: NotRequired[Host]
    proposedUrl: Annotated[str | None, Field(description="The one that waits for its review.")]
    proposedUrlHost: NotRequired[Host]
    ladder: Annotated[str | None, Field(description="Waits of its own; null where it has the stack's.")]
    lastTest: Test | None
    history: list[PartnerEntry]


@with_config(with_example({**PARTNER, **SECRET}))
class PartnerWithSecret(Partner):
    """With the secret that signs, this once."""

    secret: str


@with_config(with_example({**PARTNER, **QUERY_KEY}))
class PartnerWithQueryKey(Partner):
    """With the key that queries orders, this once."""

    queryKey: str


@with_config(with_example({**PARTNER, **SECRET, **QUERY_KEY}))
class NewlyRegistered(Partner):
    """With both secrets, this once."""

    secret: str
    queryKey: str


class Partners(TypedDict):
    """A page of them, by number."""

    items: list[Partner]
    cursor: Cursor
