"""The registry of partners, and the review of their addresses."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from herald.contract.signature import new_secret
from herald.domain.api_key import Key, Role, hash_of, new_key
from herald.domain.clock import now
from herald.domain.ladder import Ladder, MalformedLadder
from herald.domain.partner import (
    EndpointTest,
    Partner,
    ReviewState,
    approve,
    register,
    resume,
    search_text,
    suspend,
    update_partner,
    with_test,
)
from herald.endpoint.endpoint_policy import EndpointRefused, check_url
from herald.languages.message import Message
from herald.runtime.settings import get_settings
from herald.store.key_table import MAX_NAME
from herald.store.partner_table import PartnerConflict
from operator_api.authorization import name_of_caller
from operator_api.dependencies import keys, partners
from operator_api.endpoint_probe import probe_endpoint
from operator_api.errors import ApiRefusal
from operator_api.lists.pagination import Limit
from operator_api.partner_access import PartnerId, decide, find, page
from operator_api.routes.metadata import Tag, errors
from operator_api.schemas.requests import Amendment, Approval, NewPartner, Which, Why
from operator_api.schemas.responses import (
    PartnerPageResponse,
    PartnerResponse,
    RegisteredPartnerResponse,
    TestResponse,
)
from operator_api.serializers import endpoint_test_response, partner_response

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out
_NOTHING_TO_TEST = {
    "proposed": Message("the partner has no proposed address to test"),
    "approved": Message("the partner has no approved address to test"),
}


@router.post("/partners", tags=[Tag.REGISTRY], responses=errors(400, 409))
def create(request: NewPartner) -> tuple[RegisteredPartnerResponse, int]:
    """Register a partner.

    Both secrets are shown this once.
    """
    query_key, by = new_key(Role.PARTNER), name_of_caller(router)
    partner = register(_new(request, query_key), by, now())
    if partners().get(request.partner_id):
        raise _registered_already(request.partner_id)
    # The key first: if it cannot be stored, no partner without a key exists, and the caller can try again.
    holder = Key(role=Role.PARTNER, name=partner.name[:MAX_NAME], partner_id=partner.partner_id)
    issued = keys().add(query_key, holder, now(), by=by, reason="registered")
    if not partners().add(partner):
        keys().revoke(issued, by, "it was never shown: another request registered the partner", now())
        raise _registered_already(request.partner_id)
    return {**partner_response(partner), "secret": partner.secret, "queryKey": query_key}, HTTPStatus.CREATED


@router.get("/partners", tags=[Tag.REGISTRY], responses=errors(400))
def list_partners(
    name: Annotated[str | None, Query(max_length=200, pattern=r"\S")] = None,
    limit: Limit = 100,
    cursor: str | None = None,
) -> PartnerPageResponse:
    """List the partners.

    A page at a time, by number. With `name`: those whose name or number contains it; upper and lower case are the
    same, full-width and half-width characters too.
    """
    return page(search_text(name or ""), limit, cursor)


@router.get("/partners/<partner_id>", tags=[Tag.REGISTRY], responses=errors(400, 404))
def show(partner_id: PartnerId) -> PartnerResponse:
    """Show a partner."""
    return partner_response(find(partner_id))


@router.patch("/partners/<partner_id>", tags=[Tag.REGISTRY], responses=errors(400, 404, 409))
def change(partner_id: PartnerId, request: Amendment) -> PartnerResponse:
    """Change a partner.

    A new `url` is proposed; the approved one stays in use until the new one is approved.
    """
    changes = _changes(request)
    if not changes:
        message = Message("nothing to change: give `name`, `contact`, `url` or `ladder`")
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, message)
    return decide(router, partner_id, lambda before, by: update_partner(before, changes, by, request.reason, now()))


@router.post("/partners/<partner_id>/test", tags=[Tag.REGISTRY], responses=errors(400, 404, 409))
def test(partner_id: PartnerId, request: Which) -> TestResponse:
    """Test a partner's address.

    Sends a signed `testNotify` and answers the attempt, whatever its verdict.
    """
    partner = find(partner_id)
    url = partner.proposed_url if request.which == "proposed" else partner.url
    if url is None:
        raise ApiRefusal(HTTPStatus.CONFLICT, _NOTHING_TO_TEST[request.which])
    result = EndpointTest(url=url, outcome=probe_endpoint(partner, url))
    _save_test_result(partner, result)
    return endpoint_test_response(result)


@router.post("/partners/<partner_id>/approve", tags=[Tag.REGISTRY], responses=errors(400, 404, 409))
def approve_one(partner_id: PartnerId, request: Approval) -> PartnerResponse:
    """Approve the proposed address.

    Its last test must have passed, unless `force` is true.
    """
    return decide(
        router, partner_id, lambda before, by: approve(before, by, request.reason, now(), force=request.force)
    )


@router.post("/partners/<partner_id>/suspend", tags=[Tag.REGISTRY], responses=errors(400, 404, 409))
def suspend_one(partner_id: PartnerId, request: Why) -> PartnerResponse:
    """Suspend a partner.

    What falls due is held until it is resumed. Attempts may still begin for up to 30 seconds.
    """
    return decide(router, partner_id, lambda before, by: suspend(before, by, request.reason, now()))


@router.post("/partners/<partner_id>/resume", tags=[Tag.REGISTRY], responses=errors(400, 404, 409))
def resume_one(partner_id: PartnerId, request: Why) -> PartnerResponse:
    """Resume a partner.

    The polls release what was held.
    """
    return decide(router, partner_id, lambda before, by: resume(before, by, request.reason, now()))


def _save_test_result(partner: Partner, result: EndpointTest) -> None:
    """Saves the result also if the partner was changed during the test, which may take seconds."""
    by = name_of_caller(router)
    try:
        partners().save(partner, with_test(partner, result, by, now()))
    except PartnerConflict as changed:
        if changed.current is None:
            raise
        partners().save(changed.current, with_test(changed.current, result, by, now()))


def _registered_already(partner_id: int) -> ApiRefusal:
    message = Message("partner {partner_id} is registered already", partner_id=partner_id)
    return ApiRefusal(HTTPStatus.CONFLICT, message)


def _new(request: NewPartner, query_key: str) -> Partner:
    return Partner(
        partner_id=request.partner_id,
        name=request.name,
        contact=request.contact,
        state=ReviewState.PENDING,
        secret=new_secret(),
        query_keys=(hash_of(query_key),),
        proposed_url=_checked(request.url),
        ladder=_ladder(request.ladder),
    )


def _changes(request: Amendment) -> dict[str, Any]:
    """The members that the request sets, by the names of the attributes of `Partner`."""
    changes = request.model_dump(exclude={"reason"}, exclude_unset=True)
    if "url" in changes:
        changes["proposed_url"] = _checked(changes.pop("url"))
    if "ladder" in changes:
        changes["ladder"] = _ladder(changes["ladder"])
    return changes


def _checked(url: str | None) -> str | None:
    try:
        if url is not None:
            check_url(url, allow_private=get_settings().allow_private_endpoints)
    except EndpointRefused as refused:
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, Message("`url`: {problem}", problem=refused.reason)) from None
    return url


def _ladder(text: str | None) -> Ladder | None:
    try:
        return None if text is None else Ladder.parse(text)
    except MalformedLadder as malformed:
        message = Message("`ladder`: {problem}", problem=malformed.message)
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, message) from None
