"""What became of the selected notifications where not each of them was changed."""

from typing import TYPE_CHECKING, Any, Final

from console.pages.notifications.story import story_path
from console.pages.work_list.actions import done_sentence
from console.rendering.page import translate
from console.rendering.text import shown, word
from herald.domain.notification_id import NotificationId
from herald.languages.current import localized
from herald.languages.message import plural
from herald.languages.words import ACTIONS

if TYPE_CHECKING:
    from customer_service.schemas.notifications import Decided
    from customer_service.selection import NotChanged, Outcome

ROWS: Final = 10  # of the list below it: both together stay below 60 KB
_REASON: Final = 120  # characters of what somebody wrote


def outcome_view(action: str, outcome: "Outcome") -> dict[str, Any]:
    """What the page shows: how many were changed, and of each other one why not, and who was first."""
    changed, others = len(outcome.changed), outcome.not_changed
    return {
        "done": done_sentence(action, changed) or translate("Nothing was changed."),
        "title": localized(plural("{count:,} was not changed", "{count:,} were not changed", count=len(others))),
        "rows": [_row(one) for one in others],
    }


def _row(one: "NotChanged") -> dict[str, Any]:
    history = one.now["history"] if one.now else []
    return {
        "href": story_path(one.id),
        "order": shown(NotificationId.parse(one.id).order_id),
        "why": shown(localized(one.why)),
        "last": _entry(history[-1]) if history else None,
    }


def _entry(entry: "Decided") -> dict[str, str]:
    return {
        "at": entry["at"],
        "by": shown(entry["by"]),
        "action": word(ACTIONS, entry["action"]),
        "reason": shown(entry["reason"], _REASON),
    }
