"""The responses about notifications, and the attention list."""

from typing import Annotated, NotRequired, TypedDict

from pydantic import Field, with_config

from customer_service.schemas.common import (
    ATTEMPT,
    Attempt,
    Cursor,
    Moment,
    ReasonCode,
    ReasonSentence,
    ReasonValues,
    with_example,
)
from herald.contract.methods import METHODS
from herald.domain.transitions import Action, State

Decided = TypedDict(  # a call, because `from` is a keyword
    "Decided",
    {
        "at": Moment,
        "by": str,
        "action": Action,
        "reason": Annotated[str, Field(description="What the person wrote; of Herald's own changes, why.")],
        "reasonCode": NotRequired[ReasonCode],
        "reasonValues": NotRequired[ReasonValues],
        "from": State,
        "to": State,
        "job": NotRequired[Annotated[str, Field(description="The job that did it.")]],
    },
)
Decided.__doc__ = "A change of state that no attempt made: who, when, what and why."

NOTIFICATION_ID = "3528_dGVzdDE1ODU4NQ_5f2c1d0e9b8a7f6e5d4c3b2a19087f6e"
PAYLOAD = (
    '{"code":10000,"describe":"執行成功","partnerId":3528,"method":"snNotify","body":{"orderId":"test158585",'
    '"LHOrderId":"15354","orderStatus":9,"orderQuantity":3,"usedQuantity":1,"sncode":"411258698456"}}'
)
NOTIFICATION = {
    "id": NOTIFICATION_ID,
    "partnerId": 3528,
    "orderId": "test158585",
    "method": "snNotify",
    "state": "waiting",
    "turn": 2,
    "round": 1,
    "attempt": 2,
    "acceptedAt": "2026-11-23T04:04:10.000Z",
    "nextAttemptAt": "2026-11-23T04:08:06.041Z",
    "payload": PAYLOAD,
    "olderAttempts": 0,
    "attempts": [ATTEMPT],
    "history": [],
}


@with_config(with_example(NOTIFICATION))
class Notification(TypedDict):
    """A notification with every attempt and every decision."""

    id: str
    partnerId: int
    orderId: str
    method: Annotated[str, Field(json_schema_extra={"enum": [*METHODS]})]
    state: State
    turn: Annotated[int, Field(description="Grows with each change; a decision may name the one that it saw.")]
    round: Annotated[int, Field(description="Grows with each redrive.")]
    attempt: Annotated[int, Field(description="The next one, or the last one.")]
    acceptedAt: Moment
    nextAttemptAt: NotRequired[Moment]
    attemptUnderWay: NotRequired[Annotated[bool, Field(description="One may be on the wire at this moment.")]]
    since: NotRequired[Annotated[str, Field(description="Since when it is failed or held.")]]
    reason: NotRequired[Annotated[str, Field(description="Why it is failed or held.")]]
    reasonCode: NotRequired[ReasonCode]
    reasonValues: NotRequired[ReasonValues]
    payload: Annotated[str, Field(description="The text as it was accepted.")]
    olderAttempts: Annotated[int, Field(description="How many are only counted: the last 40 are kept whole.")]
    attempts: list[Attempt]
    history: list[Decided]
    deletedAt: NotRequired[
        Annotated[str, Field(description="When its content was deleted; `history` says by whom and why.")]
    ]
    source: NotRequired[Annotated[str, Field(description="The id of the source that submitted it, if one did.")]]


@with_config(
    with_example(
        {
            "partnerId": 3528,
            "name": "West Lake",
            "count": 7,
            "oldest": "2026-11-21T04:05:06.000Z",
            "reason": ATTEMPT["reason"],
            "reasonCode": ATTEMPT["reasonCode"],
            "reasonValues": ATTEMPT["reasonValues"],
        }
    )
)
class WorkLine(TypedDict):
    """How much of one partner needs a person, since when, and the commonest reason: by code, the newest of it."""

    partnerId: int
    name: str
    count: int
    oldest: Moment
    reason: ReasonSentence
    reasonCode: NotRequired[ReasonCode]
    reasonValues: NotRequired[ReasonValues]


class WorkList(TypedDict):
    """A page of them, by partner, the most first; without `limit` as many as one answer holds: `?state=`."""

    items: list[WorkLine]
    omitted: NotRequired[Annotated[int, Field(description="How many partners are on later pages, with fewer.")]]
    cursor: NotRequired[Cursor]


class Work(TypedDict):
    """One partner's, newest first: `?state=&partnerId=`."""

    items: list[Notification]
    cursor: Cursor


class OfOrder(TypedDict):
    """One order's, in the order of acceptance: `?partnerId=&orderId=`."""

    items: list[Notification]
    cursor: Cursor


class OfPartner(TypedDict):
    """One partner's in any state, newest first: `?partnerId=`. A page may be empty and have a cursor."""

    items: list[Notification]
    cursor: Cursor


@with_config(with_example({"deleted": 3, "left": 0}))
class Deleted(TypedDict):
    """Of how many notifications this request deleted the content, and of how many it is left: repeat it then."""

    deleted: int
    left: int
