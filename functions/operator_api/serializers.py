"""The JSON form of notifications, attempts, partners and keys in responses. It never holds a secret.

mypy compares each function with the TypedDict of its response in `schemas`.
"""

import json
from typing import TYPE_CHECKING, NotRequired, TypedDict, cast

from herald.domain.api_key import IssuedKey
from herald.domain.attempt import Attempt, Outcome
from herald.domain.clock import iso, now
from herald.domain.lists.attention import AttentionSummary
from herald.domain.notification import HistoryEntry, Notification
from herald.domain.partner import EndpointTest, Partner, PartnerEntry
from herald.domain.transitions import State
from herald.endpoint.host_review import review_host
from herald.languages.current import localized
from herald.languages.reason import Reason
from operator_api.schemas.responses import (
    AttemptResponse,
    AttentionLineResponse,
    HistoryEntryResponse,
    HostResponse,
    KeyResponse,
    NotificationResponse,
    OutcomeResponse,
    PartnerEntryResponse,
    PartnerResponse,
    ReasonValuesResponse,
    TestResponse,
)

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


class _Reason(TypedDict):
    """Why, as a sentence in the language asked for, and as data."""

    reason: str
    reasonCode: NotRequired[str]
    reasonValues: NotRequired[ReasonValuesResponse]


class _JobOfEntry(TypedDict, total=False):
    job: str


class _Particulars(TypedDict, total=False):
    what: str


class _UrlHost(TypedDict, total=False):
    urlHost: HostResponse


class _ProposedUrlHost(TypedDict, total=False):
    proposedUrlHost: HostResponse


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
    }


def _state_details(one: Notification) -> _StateDetails:
    details: _StateDetails = {}
    if one.state is State.WAITING and one.due_at is not None:
        details["nextAttemptAt"] = iso(one.due_at)
    if is_claimed(one):
        details["attemptUnderWay"] = True
    if one.since is not None:
        details["since"] = iso(one.since)
    if one.since is not None and one.reason is not None:
        return {**details, **_reason(one.reason)}
    return details


def _reason(reason: Reason) -> _Reason:
    if reason.is_sentence:
        return {"reason": localized(reason)}
    values: ReasonValuesResponse = {**reason.values}
    if reason.also:
        values["also"] = [{"code": other.code, "values": {**other.values}} for other in reason.also]
    return {"reason": localized(reason), "reasonCode": reason.code, "reasonValues": values}


def is_claimed(one: Notification) -> bool:
    """Whether an attempt may be under way: it may reach the partner even after an operator closed the notification."""
    return one.claim_until is not None and one.claim_until > now()


def attempt_response(attempt: Attempt) -> AttemptResponse:
    """An attempt and its place on the ladder."""
    return {"round": attempt.round, "attempt": attempt.number, **outcome_response(attempt.outcome)}


def outcome_response(outcome: Outcome) -> OutcomeResponse:
    """The result of one POST."""
    return {
        "at": iso(outcome.at),
        "durationMs": outcome.duration_ms,
        "address": outcome.address,
        "status": outcome.status,
        "verdict": outcome.verdict,
        **_reason(outcome.reason),
        "excerpt": outcome.excerpt,
    }


def endpoint_test_response(test: EndpointTest) -> TestResponse:
    """The attempt of a test, and the address that was tested."""
    return {"url": test.url, **_url_host(test.url), "round": 1, "attempt": 1, **outcome_response(test.outcome)}


def _url_host(url: str | None) -> _UrlHost:
    host = _host_response(url)
    return {"urlHost": host} if host else {}


def _proposed_url_host(url: str | None) -> _ProposedUrlHost:
    host = _host_response(url)
    return {"proposedUrlHost": host} if host else {}


def _host_response(url: str | None) -> HostResponse | None:
    """What a reviewer must see of a host name that is not plain ASCII; None for other names."""
    review = review_host(url) if url else None
    return (
        {"name": review.name, "ascii": review.ascii, "warnings": [*map(localized, review.warnings)]} if review else None
    )


def attention_line_response(partner: Partner, summary: AttentionSummary) -> AttentionLineResponse:
    """The line of one partner in the attention list."""
    return {
        "partnerId": partner.partner_id,
        "name": partner.name,
        "count": summary.count,
        "oldest": iso(summary.oldest),
        **_reason(summary.reason),
    }


def partner_response(one: Partner) -> PartnerResponse:
    """The partner with its review and its history."""
    return {
        "partnerId": one.partner_id,
        "name": one.name,
        "contact": one.contact,
        "state": one.state,
        "url": one.url,
        **_url_host(one.url),
        "proposedUrl": one.proposed_url,
        **_proposed_url_host(one.proposed_url),
        "ladder": str(one.ladder) if one.ladder else None,
        "lastTest": endpoint_test_response(one.last_test) if one.last_test else None,
        "history": [_partner_entry_response(entry) for entry in one.history],
    }


def key_response(one: IssuedKey) -> KeyResponse:
    """What is known of the key: neither the key itself nor its whole hash."""
    end = one.revoked
    return {
        "id": one.key_id,
        "role": one.key.role,
        "name": one.key.name,
        "partnerId": one.key.partner_id,
        "partnerIds": [*one.key.partner_ids] or None,
        "createdAt": None if one.created_at is None else iso(one.created_at),
        "createdBy": one.created_by,
        "reason": one.reason,
        "expiresAt": None if one.expires_at is None else iso(one.expires_at),
        "lastUsedOn": one.last_used_on,
        "revoked": {"at": iso(end.at), "by": end.by, "reason": end.reason} if end else None,
    }


def _history_entry_response(entry: HistoryEntry) -> HistoryEntryResponse:
    job: _JobOfEntry = {"job": entry.job} if entry.job else {}
    return {
        "at": iso(entry.at),
        "by": entry.by,
        "action": cast("Action", entry.action),  # stored as text; a transition writes no other text than an `Action`
        **_reason(entry.reason),
        "from": entry.from_state,
        "to": entry.to_state,
        **job,
    }


def _partner_entry_response(entry: PartnerEntry) -> PartnerEntryResponse:
    particulars: _Particulars = {"what": entry.what} if entry.what else {}
    return {"at": iso(entry.at), "by": entry.by, "action": entry.action, **_reason(entry.reason), **particulars}
