"""The registry and the review: who receives, where, and who decided it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Literal

from api_errors import ApiRefusal
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from caller import require
from endpoint_test import test_endpoint
from house import keys, partners
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from views import Json, outcome_view, partner_view

from herald.address import check_url
from herald.clock import now
from herald.key_table import Key, Role, new_key
from herald.ladder import Ladder
from herald.partner import (
    MAX_PARTNER_ID,
    EndpointTest,
    Partner,
    ReviewState,
    amend,
    approve,
    register,
    resume,
    suspend,
    tested,
)
from herald.settings import get_settings
from herald.signature import new_secret

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out
type Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]
type Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]


class _Wish(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")


class NewPartner(_Wish):
    """A partner to be registered; its address is proposed and has to be approved."""

    partner_id: Annotated[int, Field(gt=0, le=MAX_PARTNER_ID)]
    name: Text
    contact: Annotated[str, Field(max_length=200)] = ""
    url: str | None = None
    ladder: str | None = None


class Amendment(_Wish):
    """What is to be changed, and why. A `url` is proposed; the approved one serves on."""

    reason: Reason
    name: Text | None = None
    contact: Annotated[str, Field(max_length=200)] | None = None
    url: str | None = None
    ladder: str | None = None


class Why(_Wish):
    """Why."""

    reason: Reason


class Approval(Why):
    """Why, and whether even without a passed test."""

    force: bool = False


class Which(_Wish):
    """Which address is to be tested."""

    which: Literal["proposed", "approved"] = "proposed"


@router.post("/partners")
def create(wish: NewPartner) -> tuple[Json, int]:
    """Registers a partner. Its `secret` and its `queryKey` are shown now, and never again."""
    by, moment = require(router, Role.OPERATOR), now()
    new = Partner(
        partner_id=wish.partner_id,
        name=wish.name,
        contact=wish.contact,
        state=ReviewState.PENDING,
        secret=new_secret(),
        proposed_url=_checked(wish.url),
        ladder=_ladder(wish.ladder),
    )
    partner, query_key = register(new, by, moment), new_key()
    if not partners().add(partner):
        raise ApiRefusal(HTTPStatus.CONFLICT, f"partner {wish.partner_id} is registered already")
    keys().add(query_key, Key(role=Role.PARTNER, name=partner.name, partner_id=partner.partner_id), moment)
    return {**partner_view(partner), "secret": partner.secret, "queryKey": query_key}, HTTPStatus.CREATED


@router.get("/partners")
def list_partners() -> Json:
    """All partners, by number."""
    require(router, Role.OPERATOR)
    return {"items": [partner_view(one) for one in sorted(partners().all(), key=lambda one: one.partner_id)]}


@router.get("/partners/<partner_id>")
def show(partner_id: int) -> Json:
    """One partner with its review and its history."""
    require(router, Role.OPERATOR)
    return partner_view(_find(partner_id))


@router.patch("/partners/<partner_id>")
def change(partner_id: int, wish: Amendment) -> Json:
    """Changes particulars."""
    asked = wish.model_dump(exclude={"reason"}, exclude_none=True)
    if not asked:
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, "nothing to change: give `name`, `contact`, `url` or `ladder`")
    if "url" in asked:
        asked["proposed_url"] = _checked(asked.pop("url"))
    if "ladder" in asked:
        asked["ladder"] = _ladder(asked["ladder"])
    return _decide(partner_id, lambda before, by: amend(before, asked, by, wish.reason, now()))


@router.post("/partners/<partner_id>/test")
def test(partner_id: int, wish: Which) -> Json:
    """Sends a signed `testNotify` and answers the attempt, whatever its verdict."""
    by, partner = require(router, Role.OPERATOR), _find(partner_id)
    url = partner.proposed_url if wish.which == "proposed" else partner.url
    if url is None:
        raise ApiRefusal(HTTPStatus.CONFLICT, f"the partner has no {wish.which} address to test")
    outcome = test_endpoint(partner, url)
    partners().save(partner, tested(partner, EndpointTest(url=url, outcome=outcome), by, now()))
    return {"round": 1, "attempt": 1, **outcome_view(outcome)}


@router.post("/partners/<partner_id>/approve")
def approve_one(partner_id: int, wish: Approval) -> Json:
    """The proposed address becomes the one that is used, if its last test has passed."""
    return _decide(partner_id, lambda before, by: approve(before, by, wish.reason, now(), force=wish.force))


@router.post("/partners/<partner_id>/suspend")
def suspend_one(partner_id: int, wish: Why) -> Json:
    """Nothing is sent to it until it is resumed; what falls due is held."""
    return _decide(partner_id, lambda before, by: suspend(before, by, wish.reason, now()))


@router.post("/partners/<partner_id>/resume")
def resume_one(partner_id: int, wish: Why) -> Json:
    """It may receive again; the polls release what was held."""
    return _decide(partner_id, lambda before, by: resume(before, by, wish.reason, now()))


def _decide(partner_id: int, decide: Callable[[Partner, str], Partner]) -> Json:
    by, before = require(router, Role.OPERATOR), _find(partner_id)
    after = decide(before, by)
    partners().save(before, after)
    return partner_view(after)


def _find(partner_id: int) -> Partner:
    found = partners().get(partner_id)
    if found is None:
        raise ApiRefusal(HTTPStatus.NOT_FOUND, f"partner {partner_id} is not in the registry")
    return found


def _checked(url: str | None) -> str | None:
    if url is not None:
        check_url(url, allow_private=get_settings().allow_private_endpoints)
    return url


def _ladder(text: str | None) -> Ladder | None:
    return None if text is None else Ladder.parse(text)
