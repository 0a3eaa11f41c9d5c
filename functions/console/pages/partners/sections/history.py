"""What was changed of a partner: who, when, what and why."""

from typing import TYPE_CHECKING, Any, Final

from console.pages.partners.room import Room
from console.rendering.bounded import shown_within
from console.rendering.text import word
from herald.languages.words import PARTNER_ACTIONS

if TYPE_CHECKING:
    from customer_service.schemas.partners import Partner, PartnerEntry

_FEW: Final = 4  # entries, which have the largest share of the page
_WHO: Final = 120  # bytes on the page
_SENTENCE: Final = 1_000


def history_of(one: "Partner", room: Room) -> dict[str, Any]:
    """The changes, the newest first, and how many older ones are not shown."""
    entries = one["history"][::-1]
    count = min(room.entries, len(entries))
    who, share = (room.line, room.history) if room.whole else (_WHO, room.history // (2 * max(_FEW, count)))
    return {"entries": [_entry(entry, who, share) for entry in entries[:count]], "more": len(entries) - count}


def newest_change(one: "Partner") -> dict[str, str] | None:
    """The last change of it, for a person who was second."""
    return _entry(one["history"][-1], _WHO, _SENTENCE) if one["history"] else None


def _entry(entry: "PartnerEntry", who: int, size: int) -> dict[str, str]:
    return {
        "at": entry["at"],
        "by": shown_within(entry["by"], who),
        "action": word(PARTNER_ACTIONS, entry["action"]),
        "reason": shown_within(entry["reason"], size),
        "what": shown_within(entry.get("what", ""), size),
    }
