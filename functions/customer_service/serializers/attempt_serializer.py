"""The JSON form of attempts in responses."""

from typing import TypedDict

from customer_service.schemas.responses import AttemptResponse, OutcomeResponse
from customer_service.serializers.reason_serializer import reason_response
from herald.domain.attempt import Attempt, Outcome
from herald.domain.clock import iso


class _RetryAfter(TypedDict, total=False):
    retryAfter: str


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
        **reason_response(outcome.reason),
        "excerpt": outcome.excerpt,
        **_retry_after(outcome),
    }


def _retry_after(outcome: Outcome) -> _RetryAfter:
    return {} if outcome.retry_after is None else {"retryAfter": iso(outcome.retry_after)}
