"""What the bodies of requests say (DESIGN, section 5)."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from herald.domain.job import MAX_PER_SECOND
from herald.domain.ladder import MAX_RUNGS
from herald.domain.partner_number import MAX_PARTNER_ID
from herald.endpoint.endpoint_policy import MAX_URL
from operator_api.validation_messages import moment, seen

_LINE = r"^[^\x00-\x1f\x7f-\x9f]*\z"  # no control characters: it stands in mails, in lists and on terminals
_TEXT = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*\z"  # but tabs and new lines

_WAITS = rf"^[1-9][0-9]{{0,5}}[smh]( [1-9][0-9]{{0,5}}[smh]){{0,{MAX_RUNGS - 1}}}$"

type Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=_TEXT)]
# Of a name the pattern is told to callers only: `seen` refuses more, and says which character.
type Name = Annotated[
    str, Field(min_length=1, max_length=200, json_schema_extra={"pattern": _LINE}), AfterValidator(seen)
]
type Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(moment)]  # JSON has only strings
type Contact = Annotated[str, Field(max_length=200, pattern=_LINE)]
# The forms are told to callers only: `check_url` and `Ladder` look closer, and say more where something is wrong.
type Address = Annotated[str, Field(json_schema_extra={"format": "uri", "pattern": "^https://", "maxLength": MAX_URL})]
type Waits = Annotated[str, Field(json_schema_extra={"pattern": _WAITS, "examples": ["3m 6m 12m"]})]


class _Wish(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True, str_strip_whitespace=True)


def _like(**example: Any) -> dict[str, Any]:  # noqa: ANN401 - a JSON value is of any type
    return {"examples": [example]}


class Why(_Wish, json_schema_extra=_like(reason="their server is repaired")):
    """Why."""

    reason: Reason


class Decision(Why, json_schema_extra=_like(reason="their server is repaired", turn=12)):
    """Why, and, if the notification must not have changed since, the turn that the operator saw."""

    turn: int | None = None


class Approval(Why, json_schema_extra=_like(reason="reviewed with their engineer")):
    """Why, and whether even without a passed test."""

    force: bool = False


class Which(_Wish, json_schema_extra=_like(which="proposed")):
    """Which address is to be tested."""

    which: Literal["proposed", "approved"] = "proposed"


_FAILED = {"partnerId": 3528, "state": "failed"}


class WhichOnes(_Wish, json_schema_extra=_like(**_FAILED)):
    """Which notifications: of one partner, in one state, that became so within a time (RFC 3339)."""

    partner_id: Annotated[int, Field(gt=0, le=MAX_PARTNER_ID)]
    state: Literal["failed", "held"]
    since: Moment | None = None
    before: Moment | None = None


class NewJob(Why, json_schema_extra=_like(action="redrive", filter=_FAILED, reason="repaired", dryRun=True)):
    """One decision about many notifications. `perSecond` spaces what it redrives."""

    action: Literal["redrive", "resolve", "cancel"]
    filter: WhichOnes
    per_second: Annotated[int, Field(ge=1, le=MAX_PER_SECOND)] = 20
    dry_run: bool = False


_ADDRESS = "https://west-lake.example/notify"


class NewPartner(_Wish, json_schema_extra=_like(partnerId=3528, name="West Lake", url=_ADDRESS)):
    """A partner to be registered; its address is proposed and has to be approved."""

    partner_id: Annotated[int, Field(gt=0, le=MAX_PARTNER_ID)]
    name: Name
    contact: Contact = ""
    url: Address | None = None
    ladder: Waits | None = None


_AMENDED = _like(url=_ADDRESS, ladder="1m 5m 30m", reason="they move")


class Amendment(Why, json_schema_extra={**_AMENDED, "minProperties": 2}):
    """What is to be changed, and why. A `url` is proposed; the approved one serves on.

    `null` withdraws the proposed address, or puts the stack's ladder in place of the partner's own.
    """

    name: Name = ""  # a default is not checked: it only says that the name stays
    contact: Contact = ""
    url: Address | None = None
    ladder: Waits | None = None
