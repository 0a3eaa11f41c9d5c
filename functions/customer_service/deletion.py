"""Deletion on request: what is stored of an order, but that it was deleted, when, by whom and why."""

from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from customer_service.dependencies import notifications, order_notifications
from customer_service.refusals import ApiRefusal
from customer_service.schemas.responses import DeletedResponse
from customer_service.serializers.notification_serializer import is_claimed
from herald.domain.clock import SECOND, now
from herald.domain.decisions.decisions import delete_content
from herald.domain.notification import Notification
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import State
from herald.languages.message import Message, plural
from herald.runtime.settings import get_settings
from herald.store.notification_table import NotificationConflict

# One request does what fits into this time (ms): API Gateway waits 30 s, and one notification takes 14 s at most.
_TIME: Final = 10 * SECOND
_OPEN: Final = frozenset({State.WAITING, State.HELD, State.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """Which order's content is to be deleted, why, and whether even what is still to be done."""

    partner_id: int
    order_id: str
    reason: str
    force: bool


@dataclass(frozen=True, slots=True)
class OrderContent:
    """The notifications of an order whose content is stored, and how many of them are still to be done."""

    ids: list[NotificationId]
    still_open: int


def delete_order(wanted: Deletion, by: str) -> DeletedResponse:
    """Deletes as many notifications as one request has time for; the result says how many are left.

    Raises `ApiRefusal`: 404 without such an order, 409 where something of it is still to be done, unless forced.
    """
    ends_at = now() + _TIME
    found = _content_of(wanted)
    deleted, left = 0, 0
    for notification_id in found:
        if now() < ends_at and _deleted(notification_id, wanted, by):
            deleted += 1
        else:
            left += 1
    return {"deleted": deleted, "left": left}


def content_of_order(partner_id: int, order_id: str) -> OrderContent:
    """What a deletion of the order would delete. Raises `ApiRefusal`: 404 without such an order."""
    ids, still_open, there = [], 0, False
    for one in order_notifications().told(partner_id, order_id, now()):
        there = True
        if one.deleted_at is None:
            ids.append(one.id)
            still_open += one.state in _OPEN
    if not there:
        raise ApiRefusal(HTTPStatus.NOT_FOUND, Message("nothing is stored of an order `{id}`", id=order_id))
    return OrderContent(ids, still_open)


def _content_of(wanted: Deletion) -> list[NotificationId]:
    """The notifications of the order whose content is stored."""
    found = content_of_order(wanted.partner_id, wanted.order_id)
    if found.still_open and not wanted.force:
        raise ApiRefusal(HTTPStatus.CONFLICT, _still_open(found.still_open))
    return found.ids


def _still_open(count: int) -> Message:
    return plural(
        "{count} notification of the order waits, is held or failed: settle it first, or say `force`, which cancels it",
        "{count} notifications of the order wait, are held or failed: settle them first, or say `force`, which "
        "cancels them",
        count=count,
    )


def _deleted(notification_id: NotificationId, wanted: Deletion, by: str) -> bool:
    """Whether its content is deleted now; False while an attempt is under way, or where somebody changed it."""
    before = notifications().get(notification_id, now())
    if before is None or before.deleted_at is not None:
        return True
    if is_claimed(before):
        return False
    return _saved(before, wanted, by)


def _saved(before: Notification, wanted: Deletion, by: str) -> bool:
    with suppress(NotificationConflict):
        after = delete_content(before, by, wanted.reason, now(), get_settings().retention_days)
        notifications().save(before, after)
        return True
    return False
