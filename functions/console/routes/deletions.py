"""Deletions on request: of a partner's data, and of what is stored of an order. Each has a page before it."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from console.pages.deletion import NAME, deletion_page, with_tick
from console.pages.jobs.job import PATH as JOBS
from console.pages.notifications.story import story_path
from console.pages.order_deletion import left_notice, order_subject
from console.pages.partners.deletion import partner_subject
from console.pages.partners.partner_list import PATH
from console.rendering.forms import RefusedForm
from console.rendering.links import address
from console.request import Form
from console.routing.path_values import partner_number
from console.routing.responses import html, see_other
from console.routing.submission import Refused, submitted
from console.routing.visit import visit_of
from customer_service.deletion import Deletion, content_of_order, delete_order
from customer_service.registry.partner_access import find
from customer_service.registry.partner_deletion import PartnerWish, delete_partner, look_at
from customer_service.schemas.requests import Why
from customer_service.schemas.responses import DeletedResponse, PartnerDeletionResponse
from herald.domain.notification_id import NotificationId

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.get(f"{PATH}/<partner_id>/delete")
def ask_about_partner(partner_id: str) -> Response[str]:
    """What a deletion of the partner's data would delete."""
    return _partner_page(partner_number(partner_id))


@router.post(f"{PATH}/<partner_id>/delete")
def delete_one_partner(partner_id: str) -> Response[str]:
    """Begins the job that deletes the partner's data, and leads to it."""
    visit, number = visit_of(router), partner_number(partner_id)
    form, by = visit.request.form, visit.session.name
    result = submitted(NAME, form, lambda: _begin(number, form, by), "reason")
    if isinstance(result, Refused):
        return _partner_page(number, with_tick(result.form, result.status, ticked=_is_forced(form)), result.status)
    return see_other(address(f"{JOBS}/{result['jobId']}", done="start"))


@router.get("/console/notifications/<notification_id>/delete-order")
def ask_about_order(notification_id: str) -> Response[str]:
    """What a deletion of the order of this notification would delete. Raises `ApiRefusal`: 404."""
    return _order_page(NotificationId.parse(notification_id))


@router.post("/console/notifications/<notification_id>/delete-order")
def delete_one_order(notification_id: str) -> Response[str]:
    """Deletes what is stored of the order."""
    visit, one = visit_of(router), NotificationId.parse(notification_id)
    form, by = visit.request.form, visit.session.name
    result = submitted(NAME, form, lambda: _delete(one, form, by), "reason")
    if isinstance(result, Refused):
        return _order_page(
            one, refused=with_tick(result.form, result.status, ticked=_is_forced(form)), status=result.status
        )
    if result["left"]:
        return _order_page(one, notice=left_notice(result))
    return see_other(address(story_path(notification_id), done="delete"))


def _partner_page(number: int, refused: RefusedForm | None = None, status: HTTPStatus = HTTPStatus.OK) -> Response[str]:
    subject = partner_subject(number, find(number).name, look_at(number))
    return html(deletion_page(visit_of(router).session, subject, refused=refused), status)


def _order_page(
    one: NotificationId,
    *,
    refused: RefusedForm | None = None,
    notice: str | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response[str]:
    subject = order_subject(one, content_of_order(one.partner_id, one.order_id))
    return html(deletion_page(visit_of(router).session, subject, refused=refused, notice=notice), status)


def _begin(number: int, form: Form, by: str) -> PartnerDeletionResponse:
    return delete_partner(PartnerWish(partner_id=number, reason=_reason(form), force=_is_forced(form)), by)


def _delete(one: NotificationId, form: Form, by: str) -> DeletedResponse:
    wanted = Deletion(partner_id=one.partner_id, order_id=one.order_id, reason=_reason(form), force=_is_forced(form))
    return delete_order(wanted, by)


def _reason(form: Form) -> str:
    """As the API's rules take it. Raises pydantic's `ValidationError`."""
    return Why.model_validate({"reason": form.get("reason")}).reason


def _is_forced(form: Form) -> bool:
    return form.get("force") == "true"
