"""Notifications, attempts and partners as the API shows them (DESIGN, section 5). Never a secret."""

import json
from typing import Any

from herald.domain.attempt import Attempt, Outcome
from herald.domain.attention import AttentionSummary
from herald.domain.clock import iso, now
from herald.domain.job import Job
from herald.domain.notification import HistoryEntry, Notification
from herald.domain.partner import EndpointTest, Partner, PartnerEntry
from herald.domain.transitions import State
from herald.endpoint.host_review import review_host

type Json = dict[str, Any]


def notification_view(one: Notification) -> Json:
    """The notification with its attempts and its history; `nextAttemptAt` only while it waits."""
    waits = one.state is State.WAITING and one.due_at is not None
    return {
        "id": str(one.id),
        "partnerId": one.id.partner_id,
        "orderId": one.id.order_id,
        "method": json.loads(one.payload)["method"],
        "state": one.state.value,
        "turn": one.turn,
        "round": one.round,
        "attempt": one.attempt,
        "acceptedAt": iso(one.accepted_at),
        **({"nextAttemptAt": iso(one.due_at)} if waits and one.due_at is not None else {}),
        **({"attemptUnderWay": True} if waits_for_answer(one) else {}),
        **({"since": iso(one.since), "reason": one.reason} if one.since is not None else {}),
        "payload": one.payload,
        "olderAttempts": one.logged - len(one.attempts),
        "attempts": [attempt_view(attempt) for attempt in one.attempts],
        "history": [_entry_view(entry) for entry in one.history],
    }


def waits_for_answer(one: Notification) -> bool:
    """Whether an attempt may be on the wire now: what was closed meanwhile may be told this once more."""
    return one.claim_until is not None and one.claim_until > now()


def attempt_view(attempt: Attempt) -> Json:
    """An attempt and its place on the ladder."""
    return {"round": attempt.round, "attempt": attempt.number, **outcome_view(attempt.outcome)}


def outcome_view(outcome: Outcome) -> Json:
    """What became of a POST."""
    return {
        "at": iso(outcome.at),
        "durationMs": outcome.duration_ms,
        "address": outcome.address,
        "status": outcome.status,
        "verdict": outcome.verdict.value,
        "reason": outcome.reason,
        "excerpt": outcome.excerpt,
    }


def test_view(test: EndpointTest) -> Json:
    """An attempt that was a test, and the address that it tested."""
    return {"url": test.url, **_host("urlHost", test.url), "round": 1, "attempt": 1, **outcome_view(test.outcome)}


def _host(member: str, url: str | None) -> Json:
    """What a reviewer must know of a host that is not plain ASCII; nothing of others."""
    review = review_host(url) if url else None
    return {member: {"name": review.name, "ascii": review.ascii, "warnings": [*review.warnings]}} if review else {}


def work_view(partner: Partner, work: AttentionSummary) -> Json:
    """One line of the work list."""
    return {
        "partnerId": partner.partner_id,
        "name": partner.name,
        "count": work.count,
        "oldest": iso(work.oldest),
        "reason": work.reason,
    }


def partner_view(one: Partner) -> Json:
    """The partner with its review and its history."""
    return {
        "partnerId": one.partner_id,
        "name": one.name,
        "contact": one.contact,
        "state": one.state.value,
        "url": one.url,
        **_host("urlHost", one.url),
        "proposedUrl": one.proposed_url,
        **_host("proposedUrlHost", one.proposed_url),
        "ladder": str(one.ladder) if one.ladder else None,
        "lastTest": test_view(one.last_test) if one.last_test else None,
        "history": [_partner_entry_view(entry) for entry in one.history],
    }


def job_view(one: Job) -> Json:
    """The job: what was decided, and how far it has come."""
    wanted = one.filter
    return {
        "jobId": one.job_id,
        "action": one.action.value,
        "filter": {
            "partnerId": wanted.partner_id,
            "state": wanted.state.value,
            "since": iso(wanted.since),
            "before": iso(wanted.before),
        },
        "reason": one.reason,
        "by": one.by,
        "perSecond": one.per_second,
        "state": one.state.value,
        "createdAt": iso(one.created_at),
        "matched": one.matched,
        "changed": one.changed,
        "passedOver": one.passed_over,
        **({"endedAt": iso(one.ended_at)} if one.ended_at is not None else {}),
        **({"endedBy": one.ended_by, "endedBecause": one.ended_because} if one.ended_by else {}),
    }


def _entry_view(entry: HistoryEntry) -> Json:
    return {
        "at": iso(entry.at),
        "by": entry.by,
        "action": entry.action,
        "reason": entry.reason,
        "from": entry.from_state.value,
        "to": entry.to_state.value,
        **({"job": entry.job} if entry.job else {}),
    }


def _partner_entry_view(entry: PartnerEntry) -> Json:
    entry_of = {"at": iso(entry.at), "by": entry.by, "action": entry.action, "reason": entry.reason}
    return {**entry_of, "what": entry.what} if entry.what else entry_of
