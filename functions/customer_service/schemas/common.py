"""What several responses share. The names of the types in this package are schema names of the OpenAPI document.

mypy compares the serializers with these types. At run time only the OpenAPI document imports them.
"""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import ConfigDict, Field, with_config

from herald.domain.attempt import Verdict

Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Cursor = Annotated[str | None, Field(description="Give it as `cursor` for the next page; null on the last one.")]


def with_example(example: dict[str, Any]) -> ConfigDict:
    """The pydantic configuration of a type whose schema has this example."""
    return ConfigDict(json_schema_extra={"examples": [example]})


@with_config(with_example({"code": 40900, "describe": "nothing is proposed: there is no address to approve"}))
class Error(TypedDict):
    """A refusal: the HTTP status times 100, and a sentence that names the field and the remedy."""

    code: int
    describe: str


@with_config(with_example({"message": "Unauthorized"}))
class GatewayError(TypedDict):
    """What API Gateway answers by itself, before or instead of Herald."""

    message: str | None


class FurtherReason(TypedDict):
    """What a reason says besides; its sentence is the last part of `reason`."""

    code: str
    values: dict[str, str | int]


ReasonSentence = Annotated[str, Field(description="A sentence that can be read out to the partner, in the language.")]
ReasonCode = Annotated[
    str,
    Field(
        description="What programs compare; before its first dot the verdict, where there is one. Absent where only "
        "the sentence is known: a person wrote it, or a version of Herald without codes."
    ),
]
ReasonValues = Annotated[
    dict[str, str | int | list[FurtherReason]],
    Field(
        description="The values in the sentence, by name: texts and whole numbers. What comes from outside is bounded, "
        "and invisible characters in it are shown as `<U+202E>`. `also` has further reasons. Absent with `reasonCode`."
    ),
]


class Outcome(TypedDict):
    """What became of one POST to a partner."""

    at: Moment
    durationMs: int
    address: Annotated[str | None, Field(description="The one connected to; null where no connection was made.")]
    status: Annotated[int | None, Field(description="The partner's HTTP status; null where it did not answer.")]
    verdict: Verdict
    reason: ReasonSentence
    reasonCode: NotRequired[ReasonCode]
    reasonValues: NotRequired[ReasonValues]
    excerpt: Annotated[str, Field(description="The first 512 bytes of the answer.")]
    retryAfter: NotRequired[
        Annotated[
            Moment,
            Field(
                description="No attempt before then, as the partner asked by `Retry-After` with 429 or 503. "
                "The next one is due then, but at most two hours after its rung."
            ),
        ]
    ]


ATTEMPT = {
    "round": 1,
    "attempt": 1,
    "at": "2026-11-23T04:05:06.000Z",
    "durationMs": 41,
    "address": "203.0.113.7:443",
    "status": 200,
    "verdict": "not_success",
    "reason": "HTTP 200, but the body was `SUCCESS`: it must be lower case",
    "reasonCode": "not_success.case",
    "reasonValues": {"status": 200, "body": "SUCCESS"},
    "excerpt": "SUCCESS",
}
TEST = {**ATTEMPT, "url": "https://west-lake.example/notify", "internal": False}


@with_config(with_example(ATTEMPT))
class Attempt(Outcome):
    """One POST and its place on the ladder; both numbers count from 1."""

    round: int
    attempt: int


class Host(TypedDict):
    """A host name with letters beyond ASCII, for its review."""

    name: Annotated[str, Field(description="In letters, as people read it.")]
    ascii: Annotated[str, Field(description="As in DNS and in certificates: `xn--…`.")]
    warnings: Annotated[list[str], Field(description="What it may imitate: mixed scripts, letters that look alike.")]


@with_config(with_example(TEST))
class Test(Attempt):
    """An attempt that was a test, and the address that it tested."""

    url: str
    urlHost: NotRequired[Host]
    internal: Annotated[bool, Field(description="Whether it was tested as an internal address.")]


@with_config(with_example({"status": "ok", "version": "1.0.0"}))
class Health(TypedDict):
    """That the API answers, and which version does."""

    status: Literal["ok"]
    version: str
