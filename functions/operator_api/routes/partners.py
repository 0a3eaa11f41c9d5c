"""The registry and the review: who receives, where, and who decided it."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from herald.contract.signature import new_secret
from herald.domain.clock import now
from herald.domain.ladder import Ladder, MalformedLadder
from herald.domain.partner import (
    EndpointTest,
    Partner,
    ReviewState,
    approve,
    register,
    resume,
    suspend,
    update_partner,
    with_test,
)
from herald.endpoint.endpoint_policy import EndpointRefused, check_url
from herald.runtime.settings import get_settings
from herald.store.key_table import MAX_NAME, Key, Role, hash_of, new_key
from herald.store.partner_table import PartnerConflict
from operator_api.authorization import name_of_caller
from operator_api.dependencies import keys, partners
from operator_api.endpoint_probe import test_endpoint
from operator_api.errors import ApiRefusal
from operator_api.pagination import fitting
from operator_api.partner_access import PartnerId, decide, find
from operator_api.schemas.requests import Amendment, Approval, NewPartner, Which, Why
from operator_api.serializers import Json, partner_view, test_view

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.post("/partners")
def create(wish: NewPartner) -> tuple[Json, int]:
    """Registers a partner. Its `secret` and its `queryKey` are shown now, and never again."""
    query_key = new_key()
    partner = register(_new(wish, query_key), name_of_caller(router), now())
    if partners().get(wish.partner_id):
        raise _registered_already(wish.partner_id)
    # The key first: where it cannot be stored there is no partner without one, and the caller can try again.
    keys().add(query_key, Key(role=Role.PARTNER, name=partner.name[:MAX_NAME], partner_id=partner.partner_id), now())
    if not partners().add(partner):
        raise _registered_already(wish.partner_id)
    return {**partner_view(partner), "secret": partner.secret, "queryKey": query_key}, HTTPStatus.CREATED


@router.get("/partners")
def list_partners(
    limit: Annotated[int, Query(ge=1, le=100)] = 100,
    cursor: Annotated[str | None, Query(pattern=r"^[1-9][0-9]{0,14}\z")] = None,
) -> Json:
    """The partners by number, a page at a time."""
    left = sorted(
        (one for one in partners().all() if one.partner_id > int(cursor or 0)), key=lambda one: one.partner_id
    )
    items = fitting(partner_view(one) for one in left[:limit])
    return {"items": items, "cursor": str(items[-1]["partnerId"]) if len(items) < len(left) else None}


@router.get("/partners/<partner_id>")
def show(partner_id: PartnerId) -> Json:
    """One partner with its review and its history."""
    return partner_view(find(partner_id))


@router.patch("/partners/<partner_id>")
def change(partner_id: PartnerId, wish: Amendment) -> Json:
    """Changes particulars."""
    changes = _changes(wish)
    if not changes:
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, "nothing to change: give `name`, `contact`, `url` or `ladder`")
    return decide(router, partner_id, lambda before, by: update_partner(before, changes, by, wish.reason, now()))


@router.post("/partners/<partner_id>/test")
def test(partner_id: PartnerId, wish: Which) -> Json:
    """Sends a signed `testNotify` and answers the attempt, whatever its verdict."""
    partner = find(partner_id)
    url = partner.proposed_url if wish.which == "proposed" else partner.url
    if url is None:
        raise ApiRefusal(HTTPStatus.CONFLICT, f"the partner has no {wish.which} address to test")
    result = EndpointTest(url=url, outcome=test_endpoint(partner, url))
    _note(partner, result)
    return test_view(result)


@router.post("/partners/<partner_id>/approve")
def approve_one(partner_id: PartnerId, wish: Approval) -> Json:
    """The proposed address becomes the one that is used, if its last test has passed."""
    return decide(router, partner_id, lambda before, by: approve(before, by, wish.reason, now(), force=wish.force))


@router.post("/partners/<partner_id>/suspend")
def suspend_one(partner_id: PartnerId, wish: Why) -> Json:
    """Nothing is sent to it until it is resumed; what falls due is held."""
    return decide(router, partner_id, lambda before, by: suspend(before, by, wish.reason, now()))


@router.post("/partners/<partner_id>/resume")
def resume_one(partner_id: PartnerId, wish: Why) -> Json:
    """It may receive again; the polls release what was held."""
    return decide(router, partner_id, lambda before, by: resume(before, by, wish.reason, now()))


def _note(partner: Partner, result: EndpointTest) -> None:
    """On the partner as it stands after the test, which may take seconds: what the test found is true all the same."""
    by = name_of_caller(router)
    try:
        partners().save(partner, with_test(partner, result, by, now()))
    except PartnerConflict as changed:
        if changed.current is None:
            raise
        partners().save(changed.current, with_test(changed.current, result, by, now()))


def _registered_already(partner_id: int) -> ApiRefusal:
    return ApiRefusal(HTTPStatus.CONFLICT, f"partner {partner_id} is registered already")


def _new(wish: NewPartner, query_key: str) -> Partner:
    return Partner(
        partner_id=wish.partner_id,
        name=wish.name,
        contact=wish.contact,
        state=ReviewState.PENDING,
        secret=new_secret(),
        query_keys=(hash_of(query_key),),
        proposed_url=_checked(wish.url),
        ladder=_ladder(wish.ladder),
    )


def _changes(wish: Amendment) -> dict[str, Any]:
    """What is asked to be otherwise, by the names of `Partner`."""
    asked = wish.model_dump(exclude={"reason"}, exclude_unset=True)
    if "url" in asked:
        asked["proposed_url"] = _checked(asked.pop("url"))
    if "ladder" in asked:
        asked["ladder"] = _ladder(asked["ladder"])
    return asked


def _checked(url: str | None) -> str | None:
    try:
        if url is not None:
            check_url(url, allow_private=get_settings().allow_private_endpoints)
    except EndpointRefused as refused:
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, f"`url`: {refused}") from None
    return url


def _ladder(text: str | None) -> Ladder | None:
    try:
        return None if text is None else Ladder.parse(text)
    except MalformedLadder as malformed:
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, f"`ladder`: {malformed}") from None
