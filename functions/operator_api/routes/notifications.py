"""Looking at notifications, and deciding about them."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BeforeValidator

from herald.domain.clock import now
from herald.domain.notification import Notification, close, redrive
from herald.domain.notification_id import ORDER_ID, NotificationId
from herald.domain.partner_number import MAX_PARTNER_ID
from herald.domain.transitions import Action, State
from herald.messaging.sqs import QueueUnavailable
from herald.runtime.logging import logger
from herald.runtime.settings import get_settings
from herald.store.indexes.page_token import MalformedCursor
from herald.store.notification_table import NotificationConflict
from operator_api import attention_list, order_list
from operator_api.authorization import name_of_caller
from operator_api.dependencies import delivery_queue, notifications
from operator_api.errors import ApiRefusal
from operator_api.schemas.requests import Decision
from operator_api.serializers import Json, notification_view
from operator_api.validation_messages import partner_number

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out
_OF_A_PARTNER, _OF_AN_ORDER = 20, 100  # items on a page where `limit` is not given
type NeedsAPerson = Literal["failed", "held"]


@router.get("/notifications/<notification_id>")
def show(notification_id: str) -> Json:
    """One notification with every attempt and its history."""
    return notification_view(_find(notification_id))


@router.get("/notifications")
def list_notifications(
    state: NeedsAPerson | None = None,
    partner_id: Annotated[
        int | None, BeforeValidator(partner_number), Query(alias="partnerId", gt=0, le=MAX_PARTNER_ID)
    ] = None,
    order_id: Annotated[str | None, Query(alias="orderId", pattern=rf"^{ORDER_ID}\z")] = None,
    limit: Annotated[int | None, Query(ge=1, le=100)] = None,
    cursor: str | None = None,
) -> Json:
    """The work list by partner, one partner's work, or all notifications of one order: the latter two by pages."""
    match state, partner_id, order_id:
        case None, int(), str():
            return order_list.page(partner_id, order_id, limit or _OF_AN_ORDER, cursor)
        case str(), None, None if cursor is not None:
            raise MalformedCursor  # this list has one page only
        case str(), None, None:
            return attention_list.lines(State(state))
        case str(), int(), None:
            return attention_list.page(State(state), partner_id, limit or _OF_A_PARTNER, cursor)
    raise ApiRefusal(
        HTTPStatus.BAD_REQUEST,
        "give `state` (failed or held), or `state` with `partnerId`, or `partnerId` with `orderId`",
    )


@router.post("/notifications/<notification_id>/redrive")
def redrive_one(notification_id: str, decision: Decision) -> Json:
    """The whole ladder again, in the next round, from now."""
    by = name_of_caller(router)
    after = _decide(notification_id, decision, lambda before: redrive(before, by, decision.reason, now()))
    try:
        delivery_queue().send([after.due], now())
    except QueueUnavailable:
        # It is due and stands in the index: the poll's rescue sends it.
        logger.warning("message not sent", extra={"notification": notification_id}, exc_info=True)
    return notification_view(after)


@router.post("/notifications/<notification_id>/resolve")
def resolve_one(notification_id: str, decision: Decision) -> Json:
    """It was settled otherwise: it is not sent again."""
    return _close(notification_id, decision, Action.RESOLVE)


@router.post("/notifications/<notification_id>/cancel")
def cancel_one(notification_id: str, decision: Decision) -> Json:
    """It must not be sent."""
    return _close(notification_id, decision, Action.CANCEL)


def _close(notification_id: str, decision: Decision, action: Action) -> Json:
    by, days = name_of_caller(router), get_settings().retention_days
    after = _decide(notification_id, decision, lambda before: close(before, action, by, decision.reason, now(), days))
    return notification_view(after)


def _decide(notification_id: str, decision: Decision, change: Callable[[Notification], Notification]) -> Notification:
    before = _find(notification_id)
    if decision.turn not in {None, before.turn}:
        raise NotificationConflict(before)
    after = change(before)
    notifications().save(before, after)
    return after


def _find(notification_id: str) -> Notification:
    found = notifications().get(NotificationId.parse(notification_id), now())
    if found is None:
        raise ApiRefusal(HTTPStatus.NOT_FOUND, f"there is no notification `{notification_id}`")
    return found
