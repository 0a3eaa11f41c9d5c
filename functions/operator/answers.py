"""What the bodies of answers say (DESIGN, section 5). `views` makes them; the API's description tells of them."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import ConfigDict, Field

from herald.attempt import Verdict
from herald.job import JobState
from herald.notification import Action, State
from herald.partner import ReviewState

Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Envelope = Annotated[str, Field(description="The JSON text exactly as it was accepted.")]


def _example(**example: Any) -> ConfigDict:  # noqa: ANN401 - a JSON value is of any type
    return ConfigDict(json_schema_extra={"examples": [example]})


class Error(TypedDict):
    """A refusal: the HTTP status times 100, and a sentence that names the field and the remedy."""

    __pydantic_config__ = _example(code=40900, describe="the partner has no proposed address to test")  # type: ignore[misc] # pydantic's way of configuring a TypedDict
    code: int
    describe: str


class GatewayError(TypedDict):
    """What API Gateway answers by itself, before or instead of Herald."""

    __pydantic_config__ = _example(message="Unauthorized")  # type: ignore[misc] # as above
    message: str | None


class Outcome(TypedDict):
    """What became of one POST to a partner."""

    at: Moment
    durationMs: int
    address: Annotated[str | None, Field(description="The one connected to; null where no connection was made.")]
    status: Annotated[int | None, Field(description="The partner's HTTP status; null where it did not answer.")]
    verdict: Verdict
    reason: Annotated[str, Field(description="A sentence that can be read out to the partner.")]
    excerpt: Annotated[str, Field(description="The first 512 bytes of the answer.")]


_OUTCOME = {
    "at": "2026-11-23T04:05:06.000Z",
    "durationMs": 41,
    "address": "203.0.113.7:443",
    "status": 200,
    "verdict": "not_success",
    "reason": "HTTP 200, but the body was `SUCCESS`: it must be lower case",
    "excerpt": "SUCCESS",
}


class Attempt(Outcome):
    """One POST and its place on the ladder; both numbers count from 1."""

    __pydantic_config__ = _example(round=1, attempt=1, **_OUTCOME)  # type: ignore[misc] # as above
    round: int
    attempt: int


class Test(Attempt):
    """An attempt that was a test, and the address that it tested."""

    __pydantic_config__ = _example(url="https://partner.example/notify", round=1, attempt=1, **_OUTCOME)  # type: ignore[misc] # as above
    url: str


class Decided(TypedDict):
    """A change of state that was not an attempt's: who, when, what and why."""

    at: Moment
    by: str
    action: Action
    reason: str
    # `from` is a word of Python's own: these two are written where it may be one.


Decided = TypedDict(  # type: ignore[misc,no-redef] # see above
    "Decided",
    {
        "at": Moment,
        "by": str,
        "action": Action,
        "reason": str,
        "from": State,
        "to": State,
        "job": NotRequired[Annotated[str, Field(description="The job that did it.")]],
    },
)
