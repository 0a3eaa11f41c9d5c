"""The bodies of requests. The names of these classes and types are schema names of the OpenAPI document."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from customer_service.validation_messages import only_visible, partner_numbers, rfc3339, texts_by_name
from herald.domain.api_key import MAX_PARTNERS
from herald.domain.jobs.job import MAX_PER_SECOND
from herald.domain.ladder import MAX_RUNGS
from herald.domain.limits.bounds import LONGEST_TIMEOUT, MAX_CONCURRENCY, MAX_RATE, SHORTEST_TIMEOUT
from herald.domain.limits.extra_headers import MAX_HEADERS
from herald.domain.partner_number import MAX_PARTNER_ID
from herald.endpoint.endpoint_policy import MAX_URL

_LINE = r"^[^\x00-\x1f\x7f-\x9f]*\z"  # no control characters: it is shown in mails, in lists and on terminals
_TEXT = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*\z"  # but tabs and new lines

_WAITS = rf"^[1-9][0-9]{{0,5}}[smh]( [1-9][0-9]{{0,5}}[smh]){{0,{MAX_RUNGS - 1}}}$"

type Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=_TEXT)]
# The pattern of a name is for the document only: `only_visible` refuses more characters, and names the character.
type Name = Annotated[
    str, Field(min_length=1, max_length=200, json_schema_extra={"pattern": _LINE}), AfterValidator(only_visible)
]
# The length and the pattern are for the document only: `key_name_flaw` refuses more, and says what.
type KeyName = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": 60, "pattern": _LINE})]
type Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(rfc3339)]  # a string in JSON
type Contact = Annotated[str, Field(max_length=200, pattern=_LINE)]
# These patterns are for the document only: `check_url` and `Ladder` check more, and their errors say more.
type Address = Annotated[str, Field(json_schema_extra={"format": "uri", "pattern": "^https?://", "maxLength": MAX_URL})]
# What a name and a value may be is for the document only: `check_headers` refuses more, and says what.
type ExtraHeaders = Annotated[
    dict[str, str | None],
    BeforeValidator(texts_by_name),
    Field(max_length=2 * MAX_HEADERS, json_schema_extra={"examples": [{"X-Api-Key": "…", "X-Old": None}]}),
]
type Internal = Annotated[
    bool,
    Field(
        description="Whether the address is one inside: it is delivered to by https or http, only where every address "
        "of its name is in the ranges of InternalCidrs. Reviewed like the address."
    ),
]
type Waits = Annotated[str, Field(json_schema_extra={"pattern": _WAITS, "examples": ["3m 6m 12m"]})]


class RequestBody(BaseModel):
    """A JSON object without unknown members; names in camel case."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True, str_strip_whitespace=True)


def example(**example: Any) -> dict[str, Any]:  # noqa: ANN401 - a JSON value is of any type
    """The configuration of a body whose schema has this example."""
    return {"examples": [example]}


class Why(RequestBody, json_schema_extra=example(reason="their server is repaired")):
    """Why."""

    reason: Reason


class Decision(Why, json_schema_extra=example(reason="their server is repaired", turn=12)):
    """Why, and, if the notification must not have changed since, the turn that the operator saw."""

    turn: int | None = None


class Approval(Why, json_schema_extra=example(reason="reviewed with their engineer")):
    """Why, and whether even without a passed test."""

    force: bool = False


class Which(RequestBody, json_schema_extra=example(which="proposed")):
    """Which address is to be tested."""

    which: Literal["proposed", "approved"] = "proposed"


_FAILED = {"partnerId": 3528, "state": "failed"}


class WhichOnes(RequestBody, json_schema_extra=example(**_FAILED)):
    """Which notifications: of one partner, in one state, that came into it within a time (RFC 3339).

    Of what waits: those that were accepted within that time, which is at most 92 days long. Without `since` it begins
    92 days before its end.
    """

    partner_id: Annotated[int, Field(gt=0, le=MAX_PARTNER_ID)]
    state: Literal["failed", "held", "waiting"]
    since: Moment | None = None
    before: Moment | None = None


class NewJob(Why, json_schema_extra=example(action="redrive", filter=_FAILED, reason="repaired", dryRun=True)):
    """One decision about many notifications. `perSecond` spaces what it redrives."""

    action: Literal["redrive", "resolve", "cancel"]
    filter: WhichOnes
    per_second: Annotated[int, Field(ge=1, le=MAX_PER_SECOND)] = 20
    dry_run: bool = False


class NewReindexing(Why, json_schema_extra=example(reason="after the update", perSecond=200)):
    """Why, and how many notifications a second are to be put into the index."""

    per_second: Annotated[int, Field(ge=1, le=MAX_PER_SECOND)] = 200


_ADDRESS = "https://west-lake.example/notify"


class NewPartner(RequestBody, json_schema_extra=example(partnerId=3528, name="West Lake", url=_ADDRESS)):
    """A partner to be registered; its address is proposed and has to be approved."""

    partner_id: Annotated[int, Field(gt=0, le=MAX_PARTNER_ID)]
    name: Name
    contact: Contact = ""
    url: Address | None = None
    internal: Internal = False
    ladder: Waits | None = None


_AMENDMENT = example(url=_ADDRESS, ladder="1m 5m 30m", reason="they move")


class Amendment(Why, json_schema_extra={**_AMENDMENT, "minProperties": 2}):
    """What to change, and why. A `url` is proposed; the approved one stays in use. So it is with `internal`.

    `null` withdraws the proposed address, puts the stack's ladder or timeout in place of the partner's own, and takes
    a limit away. `headers` changes those that it names: a value sets one, `null` removes it; `null` for the whole
    removes all.
    """

    name: Name = ""  # never used: only the members that the request sets are changed
    contact: Contact = ""
    url: Address | None = None
    internal: Internal = False
    ladder: Waits | None = None
    timeout: Annotated[int, Field(ge=SHORTEST_TIMEOUT, le=LONGEST_TIMEOUT)] | None = None
    rate_per_second: Annotated[int, Field(ge=1, le=MAX_RATE)] | None = None
    concurrency: Annotated[int, Field(ge=1, le=MAX_CONCURRENCY)] | None = None
    headers: ExtraHeaders | None = None


_KEY = {"role": "publisher", "name": "checkout", "partnerIds": [3528, 3529], "expiresAt": "2027-11-23T04:00:00Z"}


class NewKey(RequestBody, json_schema_extra=example(**_KEY, reason="the new shop")):
    """A key to be made: its role, whose it is, the partners to which it is bound, and its end, if it has one."""

    role: Literal["publisher", "operator", "partner", "viewer"]
    name: KeyName
    partner_id: Annotated[int, Field(gt=0, le=MAX_PARTNER_ID)] | None = None
    partner_ids: (
        Annotated[
            list[Annotated[int, Field(gt=0, le=MAX_PARTNER_ID)]],
            Field(min_length=1, max_length=MAX_PARTNERS),
            BeforeValidator(partner_numbers),
        ]
        | None
    ) = None
    expires_at: Moment | None = None
    reason: Reason | None = None
