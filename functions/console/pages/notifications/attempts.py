"""Every attempt to send a notification, round by round, the newest first."""

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from console.pages.notifications.disclosure import Disclosure
from console.rendering.text import shown, word
from herald.languages.shown import shown as quoted
from herald.languages.words import VERDICTS

if TYPE_CHECKING:
    from customer_service.schemas.common import Attempt
    from customer_service.schemas.notifications import Notification

# Bytes on the page for all attempts together: each has its share, so that few attempts are shown whole.
_REASONS: Final = 10 * 1024
_ANSWERS: Final = 5 * 1024
_FEW: Final = 8  # attempts, which have the largest share


def rounds_of(one: "Notification", disclosure: Disclosure) -> list[dict[str, Any]]:
    """The rounds with their attempts, both from the newest to the oldest."""
    newest_first, share = one["attempts"][::-1], max(_FEW, len(one["attempts"]))
    return [
        {"number": number, "attempts": [_attempt(attempt, disclosure, share) for attempt in those]}
        for number, those in groupby(newest_first, key=lambda attempt: attempt["round"])
    ]


def _attempt(attempt: "Attempt", disclosure: Disclosure, share: int) -> dict[str, Any]:
    return {
        "number": attempt["attempt"],
        "at": attempt["at"],
        "durationMs": attempt["durationMs"],
        "address": shown(attempt["address"] or ""),
        "status": attempt["status"],
        "passed": attempt["verdict"] == "success",
        "verdict": word(VERDICTS, attempt["verdict"]),
        "reason": disclosure.quotation(attempt["reason"], _REASONS // share),
        "answer": disclosure.quotation(_answer(attempt), _ANSWERS // share),
    }


def _answer(attempt: "Attempt") -> str:
    """What the partner answered; empty where the reason quotes it already."""
    answer = attempt["excerpt"].strip()
    return "" if answer and f"`{quoted(answer)}`" in attempt["reason"] else answer
