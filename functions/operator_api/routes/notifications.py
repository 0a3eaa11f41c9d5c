"""Notifications: the attention list, an order, one notification, and the operators' decisions."""

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
from herald.store.notification_table import NotificationConflict
from operator_api import attention_list, order_list
from operator_api.authorization import may_see, name_of_caller
from operator_api.dependencies import delivery_queue, notifications
from operator_api.errors import ApiRefusal
from operator_api.pagination import OptionalLimit
from operator_api.routes.metadata import Tag, errors
from operator_api.schemas.requests import Decision
from operator_api.schemas.responses import (
    AttentionListResponse,
    AttentionPageResponse,
    NotificationResponse,
    OrderPageResponse,
)
from operator_api.serializers import notification_response
from operator_api.validation_messages import partner_number

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out
_PARTNER_LIMIT, _ORDER_LIMIT = 20, 100  # items on a page if `limit` is not given
type NeedsAPerson = Literal["failed", "held"]


@router.get("/notifications/<notification_id>", tags=[Tag.NOTIFICATIONS], responses=errors(400, 404))
def show(notification_id: str) -> NotificationResponse:
    """Show a notification.

    For publishers as well. A publisher's key that is bound to partners sees theirs only; any other one is 404 to it.
    """
    if not may_see(router, NotificationId.parse(notification_id).partner_id):
        raise _not_there(notification_id)
    return notification_response(_find(notification_id))


@router.get("/notifications", tags=[Tag.NOTIFICATIONS], responses=errors(400))
def list_notifications(
    state: NeedsAPerson | None = None,
    partner_id: Annotated[
        int | None, BeforeValidator(partner_number), Query(alias="partnerId", gt=0, le=MAX_PARTNER_ID)
    ] = None,
    order_id: Annotated[str | None, Query(alias="orderId", pattern=rf"^{ORDER_ID}\z")] = None,
    limit: OptionalLimit = None,
    cursor: str | None = None,
) -> AttentionListResponse | AttentionPageResponse | OrderPageResponse:
    """List what needs a person, or one order.

    With `state`: one line a partner, the most first. With `state` and `partnerId`: its notifications, newest first.
    With `partnerId` and `orderId`: that order's, by acceptance. By pages, of `limit` (if not given 20, of an order 100,
    of the lines as many as one answer holds) or fewer where they are large, and `cursor`.
    """
    match state, partner_id, order_id:
        case None, int(), str():
            return order_list.page(partner_id, order_id, limit or _ORDER_LIMIT, cursor)
        case str(), None, None:
            return attention_list.lines(State(state), limit, cursor)
        case str(), int(), None:
            return attention_list.page(State(state), partner_id, limit or _PARTNER_LIMIT, cursor)
    raise ApiRefusal(
        HTTPStatus.BAD_REQUEST,
        "give `state` (failed or held), or `state` with `partnerId`, or `partnerId` with `orderId`",
    )


@router.post("/notifications/<notification_id>/redrive", tags=[Tag.NOTIFICATIONS], responses=errors(400, 404, 409))
def redrive_one(notification_id: str, decision: Decision) -> NotificationResponse:
    """Send a notification again.

    The whole ladder, from now. Where `turn` is given, only if the notification is still at that turn.
    """
    by = name_of_caller(router)
    after = _decide(notification_id, decision, lambda before: redrive(before, by, decision.reason, now()))
    try:
        delivery_queue().send([after.due], now())
    except QueueUnavailable:
        # It stands in the due index, so a later poll sends its message (the rescue).
        logger.warning("message not sent", extra={"notification": notification_id}, exc_info=True)
    return notification_response(after)


@router.post("/notifications/<notification_id>/resolve", tags=[Tag.NOTIFICATIONS], responses=errors(400, 404, 409))
def resolve_one(notification_id: str, decision: Decision) -> NotificationResponse:
    """Resolve a notification.

    It was settled otherwise. Where `turn` is given, only if the notification is still at that turn.
    """
    return _close(notification_id, decision, Action.RESOLVE)


@router.post("/notifications/<notification_id>/cancel", tags=[Tag.NOTIFICATIONS], responses=errors(400, 404, 409))
def cancel_one(notification_id: str, decision: Decision) -> NotificationResponse:
    """Cancel a notification.

    It must not be sent. Where `turn` is given, only if the notification is still at that turn.
    """
    return _close(notification_id, decision, Action.CANCEL)


def _close(notification_id: str, decision: Decision, action: Action) -> NotificationResponse:
    by, days = name_of_caller(router), get_settings().retention_days
    after = _decide(notification_id, decision, lambda before: close(before, action, by, decision.reason, now(), days))
    return notification_response(after)


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
        raise _not_there(notification_id)
    return found


def _not_there(notification_id: str) -> ApiRefusal:
    return ApiRefusal(HTTPStatus.NOT_FOUND, f"there is no notification `{notification_id}`")
