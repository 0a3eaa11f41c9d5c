"""The responses about partners. Only the response to the request that made a secret has it."""

from typing import Annotated, NotRequired, TypedDict

from pydantic import Field, with_config

from customer_service.schemas.common import TEST, Cursor, Host, Moment, ReasonCode, ReasonValues, Test, with_example
from customer_service.schemas.jobs import JOB_ID
from herald.domain.breakers.breaker import BreakerState
from herald.domain.partner import ReviewState


class PartnerEntry(TypedDict):
    """Who changed the partner, when, what and why."""

    at: Moment
    by: str
    action: str
    reason: Annotated[str, Field(description="What the person wrote; of a test, its result.")]
    reasonCode: NotRequired[ReasonCode]
    reasonValues: NotRequired[ReasonValues]
    what: NotRequired[Annotated[str, Field(description="The particulars, such as the new address.")]]


class Breaker(TypedDict):
    """Whether attempts are made: `open` where the partner's server is out of order and only probes are sent."""

    state: Annotated[
        BreakerState,
        Field(description="`closed`: as due. `open`: probes only. `recovering`: what waits is brought forward."),
    ]
    outages: Annotated[int, Field(description="Attempts in a row that found the server unreachable or out of order.")]
    unansweredSince: NotRequired[Annotated[Moment, Field(description="When the first of these attempts began.")]]
    openedAt: NotRequired[Moment]
    nextProbeAt: NotRequired[Annotated[Moment, Field(description="The next attempt of one notification.")]]
    probeEverySeconds: NotRequired[Annotated[int, Field(description="The present time between probes.")]]
    waiting: NotRequired[Annotated[int, Field(description="How many were held back at the last poll.")]]
    recoveringSince: NotRequired[Moment]


PARTNER = {
    "partnerId": 3528,
    "name": "West Lake",
    "contact": "ops@west-lake.example",
    "state": "pending",
    "url": None,
    "internal": False,
    "proposedUrl": "https://west-lake.example/notify",
    "proposedInternal": False,
    "ladder": None,
    "timeout": None,
    "ratePerSecond": 50,
    "concurrency": 4,
    "headerNames": ["X-Api-Key"],
    "lastTest": TEST,
    "breaker": {"state": "closed", "outages": 0},
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
    internal: Annotated[bool, Field(description="Whether the approved address is one in the ranges of InternalCidrs.")]
    proposedUrl: Annotated[str | None, Field(description="The one that waits for its review.")]
    proposedUrlHost: NotRequired[Host]
    proposedInternal: Annotated[bool, Field(description="The same of the proposed address, or of the next one.")]
    ladder: Annotated[str | None, Field(description="Waits of its own; null where it has the stack's.")]
    timeout: Annotated[int | None, Field(description="Seconds for one attempt; null where it has the stack's.")]
    ratePerSecond: Annotated[int | None, Field(description="Attempts a second at most; null without a limit.")]
    concurrency: Annotated[int | None, Field(description="POSTs at once at most; null without a limit.")]
    headerNames: Annotated[list[str], Field(description="Headers of its own in each request; no value is shown.")]
    lastTest: Test | None
    breaker: Breaker
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


@with_config(with_example({"encrypted": 200, "left": 12}))
class Encrypted(TypedDict):
    """How many partners' secrets this request encrypted, and how many are left in clear: repeat it until none is."""

    encrypted: int
    left: int


@with_config(with_example({"jobId": JOB_ID, "matched": 12_480, "waiting": 0, "held": 3, "failed": 1}))
class PartnerDeletion(TypedDict):
    """The job that deletes the partner's data, or null after a dry run, and how many notifications there are."""

    jobId: str | None
    matched: int
    matchedAtLeast: NotRequired[
        Annotated[
            bool,
            Field(description="True where there may be more than `matched` and `waiting`: 10,000 are looked at."),
        ]
    ]
    waiting: Annotated[int, Field(description="How many of them wait; the deletion cancels them, likewise the next.")]
    held: int
    failed: int


class PartnerHealth(TypedDict):
    """How many of a partner's notifications are failed and held now, and how many wait, where they were counted."""

    failed: int
    held: int
    alertOpen: Annotated[bool, Field(description="An alert was sent, and no recovery since.")]
    waiting: NotRequired[int]


class Partners(TypedDict):
    """A page of them, by number."""

    items: list[Partner]
    cursor: Cursor
