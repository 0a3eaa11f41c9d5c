"""The attempt that follows a claim, and its canonical log line."""

from herald.domain.attempt import Attempt, Outcome, Verdict
from herald.domain.notification import Notification
from herald.domain.transitions import State
from herald.languages.reason import Reason
from herald.runtime.logging import logger

MAX_CLAIMS = 3  # in one turn; the next one makes no POST, so that what crashes the function ends as a failure


def attempt_of(claimed: Notification, claim_id: str, outcome: Outcome) -> Attempt:
    """The attempt that was due for it when it was claimed."""
    return Attempt(round=claimed.round, number=claimed.attempt, claim_id=claim_id, outcome=outcome)


def our_fault(moment: int) -> Outcome:
    """The outcome of an attempt that Herald itself could not make three times."""
    return Outcome(
        at=moment,
        duration_ms=0,
        address=None,
        status=None,
        verdict=Verdict.OUR_FAULT,
        reason=Reason("our_fault.crashed", {"times": MAX_CLAIMS}),
        excerpt="",
    )


def log_attempt(claimed: Notification, attempt: Attempt, after: Notification | None) -> None:
    """The canonical line of an attempt: everything about it except the payload and the partner's response."""
    outcome = attempt.outcome
    logger.info(
        "attempt",
        extra={
            "notification": str(claimed.id),
            "partner_id": claimed.id.partner_id,
            "round": attempt.round,
            "attempt": attempt.number,
            "late_ms": outcome.at - (claimed.due_at or outcome.at),
            "duration_ms": outcome.duration_ms,
            "address": outcome.address,
            "status": outcome.status,
            "verdict": outcome.verdict.value,
            "state": after.state.value if after else None,
            "turn": after.turn if after else None,
            "due_at": after.due_at if after and after.state is State.WAITING else None,
        },
    )
