"""The registry of partners, and the review of their addresses."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BeforeValidator

from customer_service.lists.pagination import Limit
from customer_service.registry import breakers, partners
from customer_service.registry.partner_access import find, page
from customer_service.registry.partner_deletion import PartnerWish, delete_partner, look_at
from customer_service.schemas.requests import Amendment, Approval, NewPartner, Reason, Which, Why
from customer_service.schemas.responses import (
    PartnerDeletionResponse,
    PartnerPageResponse,
    PartnerResponse,
    RegisteredPartnerResponse,
    TestResponse,
)
from customer_service.serializers.partner_serializer import partner_response
from customer_service.validation_messages import stripped
from herald.domain.partner import search_text
from operator_api.authorization import name_of_caller
from operator_api.routes.metadata import PartnerId, Tag, errors

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.post("/partners", tags=[Tag.REGISTRY], responses=errors(400, 409))
def create(request: NewPartner) -> tuple[RegisteredPartnerResponse, int]:
    """Register a partner.

    Both secrets are shown this once.
    """
    return partners.register_partner(request, name_of_caller(router)), HTTPStatus.CREATED


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
    return partners.change_partner(partner_id, request, name_of_caller(router))


@router.post("/partners/<partner_id>/test", tags=[Tag.REGISTRY], responses=errors(400, 404, 409))
def test(partner_id: PartnerId, request: Which) -> TestResponse:
    """Test a partner's address.

    Sends a signed `testNotify` and answers the attempt, whatever its verdict.
    """
    return partners.test_address(partner_id, request, name_of_caller(router))


@router.post("/partners/<partner_id>/approve", tags=[Tag.REGISTRY], responses=errors(400, 404, 409))
def approve_one(partner_id: PartnerId, request: Approval) -> PartnerResponse:
    """Approve the proposed address.

    Its last test must have passed, unless `force` is true.
    """
    return partners.approve_address(partner_id, request, name_of_caller(router))


@router.post("/partners/<partner_id>/suspend", tags=[Tag.REGISTRY], responses=errors(400, 404, 409))
def suspend_one(partner_id: PartnerId, request: Why) -> PartnerResponse:
    """Suspend a partner.

    What falls due is held until it is resumed. Attempts may still begin for up to 30 seconds.
    """
    return partners.suspend_partner(partner_id, request, name_of_caller(router))


@router.post("/partners/<partner_id>/resume", tags=[Tag.REGISTRY], responses=errors(400, 404, 409))
def resume_one(partner_id: PartnerId, request: Why) -> PartnerResponse:
    """Resume a partner.

    The polls release what was held.
    """
    return partners.resume_partner(partner_id, request, name_of_caller(router))


@router.post("/partners/<partner_id>/probe", tags=[Tag.REGISTRY], responses=errors(400, 404, 409))
def probe(partner_id: PartnerId, request: Why) -> PartnerResponse:
    """Probe a partner whose breaker is open.

    One notification that is due is attempted now: the answer closes the breaker.
    """
    return breakers.probe_partner(partner_id, request, name_of_caller(router))


@router.post("/partners/<partner_id>/close-breaker", tags=[Tag.REGISTRY], responses=errors(400, 404, 409))
def close_breaker(partner_id: PartnerId, request: Why) -> PartnerResponse:
    """Close a partner's breaker.

    What waits for it is sent at a rate. The breaker opens again if its server is still out of order.
    """
    return breakers.close_partner_breaker(partner_id, request, name_of_caller(router))


@router.delete("/partners/<partner_id>", tags=[Tag.REGISTRY], responses=errors(400, 404, 409))
def delete(
    partner_id: PartnerId,
    reason: Annotated[Reason, BeforeValidator(stripped), Query()],
    *,
    force: bool = False,
    dry_run: Annotated[bool, Query(alias="dryRun")] = False,
) -> tuple[PartnerDeletionResponse, int]:
    """Delete a partner's data.

    The payloads with their codes, the attempts and the histories of all its notifications; its addresses, contact,
    headers, limits and history; its secrets; its query keys are revoked. What remains is its number and name, and that
    it was deleted, when, by whom and why. 409 while a notification waits, is held or failed, unless `force` is true,
    which cancels it. From now on nothing is accepted for it and nothing is sent to it; the job begins 90 seconds later,
    and 202 is answered, also where that job runs already. 200 after a dry run, which only counts. The number can be
    registered anew when the job is done.
    """
    if dry_run:
        return look_at(partner_id), HTTPStatus.OK
    wish = PartnerWish(partner_id=partner_id, reason=reason, force=force)
    return delete_partner(wish, name_of_caller(router)), HTTPStatus.ACCEPTED
