"""One notification, and what is decided about it."""

import re
from typing import Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from console.breakers_in_force import as_in_force
from console.pages.notifications.outcomes import Done, done_to
from console.pages.notifications.story import Around, story_page, story_path
from console.rendering.forms import RefusedForm
from console.rendering.links import address
from console.request import Form
from console.routing.responses import html, see_other
from console.routing.submission import Refused, submitted
from console.routing.visit import Visit, visit_of
from customer_service.dependencies import partners
from customer_service.lists.next_case import next_case
from customer_service.notifications import decide_notification, find_notification
from customer_service.schemas.requests import Decision
from customer_service.schemas.responses import NotificationResponse
from customer_service.serializers.partner_serializer import partner_response
from herald.domain.clock import now
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import Action
from herald.runtime.settings import get_settings

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out
_TURN: Final = re.compile(r"[0-9]{1,9}")


@router.get("/console/notifications/<notification_id>")
def show(notification_id: str) -> Response[str]:
    """Its story; after a decision what was done, and the next case."""
    visit, one = visit_of(router), find_notification(notification_id)
    return html(_page(visit, one, done=done_to(one, visit.request.query.get("done"))))


@router.post("/console/notifications/<notification_id>/redrive")
def redrive(notification_id: str) -> Response[str]:
    """Sends it again now."""
    return _decide(notification_id, Action.REDRIVE)


@router.post("/console/notifications/<notification_id>/resolve")
def resolve(notification_id: str) -> Response[str]:
    """It was settled in another way."""
    return _decide(notification_id, Action.RESOLVE)


@router.post("/console/notifications/<notification_id>/cancel")
def cancel(notification_id: str) -> Response[str]:
    """It must not be sent."""
    return _decide(notification_id, Action.CANCEL)


def _decide(notification_id: str, action: Action) -> Response[str]:
    visit = visit_of(router)
    form, by = visit.request.form, visit.session.name
    answer = submitted(action.value, form, lambda: _carry_out(notification_id, action, form, by), "reason")
    if isinstance(answer, Refused):
        return html(_page(visit, find_notification(notification_id), refused=answer.form), answer.status)
    return see_other(address(story_path(notification_id), done=action.value))


def _carry_out(notification_id: str, action: Action, form: Form, by: str) -> NotificationResponse:
    decision = Decision.model_validate({"reason": form.get("reason"), "turn": _turn(form.get("turn"))})
    return decide_notification(notification_id, action, decision, by)


def _turn(text: str) -> int | str:
    """The turn that the person saw. Another text than a number is left for the API's rules, which refuse it."""
    return int(text) if _TURN.fullmatch(text) else text


def _page(
    visit: Visit, one: NotificationResponse, *, refused: RefusedForm | None = None, done: Done | None = None
) -> str:
    return story_page(
        visit.session,
        one,
        _around(one, done),
        whole=visit.request.query.get("show") == "whole",
        refused=refused,
        notice=done.notice if done else None,
    )


def _around(one: NotificationResponse, done: Done | None) -> Around:
    partner = partners().get(one["partnerId"])
    state = done.next_state if done else None
    return Around(
        now=now(),
        partner=as_in_force(partner_response(partner)) if partner else None,
        ladder=(partner and partner.ladder) or get_settings().ladder,
        next_case=next_case(state, NotificationId.parse(one["id"])) if state else None,
    )
