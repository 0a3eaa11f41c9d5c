"""What people and Herald decided about a notification, and what happened to it last."""

from typing import TYPE_CHECKING, Any, Final

from console.pages.notifications.disclosure import Disclosure
from console.rendering.text import shown, word
from herald.domain.notification import HERALD
from herald.languages.words import ACTIONS, STATES, VERDICTS

if TYPE_CHECKING:
    from customer_service.schemas.notifications import Decided, Notification

_ENTRIES: Final = 15  # of at most 100
_REASONS: Final = 5 * 1024  # bytes on the page, of all entries together
_REASON: Final = 1_000  # of the newest change


def history_of(one: "Notification", disclosure: Disclosure) -> dict[str, Any]:
    """The changes, the newest first, and how many older ones are not shown."""
    entries = one["history"][::-1]
    count = disclosure.count(_ENTRIES, len(entries))
    share = _REASONS // max(count, 4)
    return {"entries": [_entry(entry, disclosure, share) for entry in entries[:count]], "more": len(entries) - count}


def newest_change(one: "Notification", disclosure: Disclosure) -> dict[str, str] | None:
    """The last decision or attempt: who, when, what and why. None where nothing has happened yet."""
    attempts = [
        {"at": attempt["at"], "by": HERALD, "what": word(VERDICTS, attempt["verdict"]), "reason": attempt["reason"]}
        for attempt in one["attempts"][-1:]
    ]
    decisions = [
        {"at": entry["at"], "by": entry["by"], "what": word(ACTIONS, entry["action"]), "reason": entry["reason"]}
        for entry in one["history"][-1:]
    ]
    newest = max([*attempts, *decisions], key=lambda change: change["at"], default=None)
    if newest is None:
        return None
    return {**newest, "by": _name(newest["by"]), "reason": disclosure.quotation(newest["reason"], _REASON)}


def _entry(entry: "Decided", disclosure: Disclosure, share: int) -> dict[str, Any]:
    return {
        "at": entry["at"],
        "by": _name(entry["by"]),
        "action": word(ACTIONS, entry["action"]),
        "from": word(STATES, entry["from"]),
        "to": word(STATES, entry["to"]),
        "reason": disclosure.quotation(entry["reason"], share),
        "job": entry.get("job", ""),
    }


def _name(by: str) -> str:
    return "Herald" if by == HERALD else shown(by)
