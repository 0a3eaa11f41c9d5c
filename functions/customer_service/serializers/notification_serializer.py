"""The JSON form of notifications in responses.

mypy compares each function with the TypedDict of its response in `schemas`.
"""

import json
from typing import TYPE_CHECKING, TypedDict, cast

from customer_service.schemas.responses import (
    HistoryEntryResponse,
    NotificationResponse,
    ReasonValuesResponse,
)
from customer_service.serializers.attempt_serializer import attempt_response
from customer_service.serializers.reason_serializer import reason_response
from herald.domain.clock import iso, now
from herald.domain.notification import HistoryEntry, Notification
from herald.domain.transitions import State

if TYPE_CHECKING:
    from herald.domain.transitions import Action


class _StateDetails(TypedDict, total=False):
    """The members of a notification that depend on its state."""

    nextAttemptAt: str
    attemptUnderWay: bool
    since: str
    reason: str
    reasonCode: str
    reasonValues: ReasonValuesResponse


class _Deletion(TypedDict, total=False):
    deletedAt: str


class _Source(TypedDict, total=False):
    source: str


class _JobOfEntry(TypedDict, total=False):
    job: str


def notification_response(one: Notification) -> NotificationResponse:
    """The notification with its attempts and its history; `nextAttemptAt` only while it waits."""
    return {
        "id": str(one.id),
        "partnerId": one.id.partner_id,
        "orderId": one.id.order_id,
        "method": json.loads(one.payload)["method"],
        "state": one.state,
        "turn": one.turn,
        "round": one.round,
        "attempt": one.attempt,
        "acceptedAt": iso(one.accepted_at),
        **_state_details(one),
        "payload": one.payload,
        "olderAttempts": one.logged - len(one.attempts),
        "attempts": [attempt_response(attempt) for attempt in one.attempts],
        "history": [_history_entry_response(entry) for entry in one.history],
        **_deletion(one),
        **_source(one),
    }


def _deletion(one: Notification) -> _Deletion:
    return {} if one.deleted_at is None else {"deletedAt": iso(one.deleted_at)}


def _source(one: Notification) -> _Source:
    return {} if one.source is None else {"source": one.source}


def _state_details(one: Notification) -> _StateDetails:
    details: _StateDetails = {}
    if one.state is State.WAITING and one.due_at is not None:
        details["nextAttemptAt"] = iso(one.due_at)
    if is_claimed(one):
        details["attemptUnderWay"] = True
    if one.since is not None:
        details["since"] = iso(one.since)
    if one.since is not None and one.reason is not None:
        return {**details, **reason_response(one.reason)}
    return details


def is_claimed(one: Notification) -> bool:
    """Whether an attempt may be under way: it may reach the partner even after an operator closed the notification."""
    return one.claim_until is not None and one.claim_until > now()


def _history_entry_response(entry: HistoryEntry) -> HistoryEntryResponse:
    job: _JobOfEntry = {"job": entry.job} if entry.job else {}
    return {
        "at": iso(entry.at),
        "by": entry.by,
        "action": cast("Action", entry.action),  # stored as text; a transition writes no other text than an `Action`
        **reason_response(entry.reason),
        "from": entry.from_state,
        "to": entry.to_state,
        **job,
    }
