"""What a person has just done to a notification, for the page after it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from console.rendering.page import translate
from herald.domain.notification import HERALD
from herald.domain.transitions import State
from herald.languages.catalogue import N_

if TYPE_CHECKING:
    from customer_service.schemas.notifications import Decided, Notification

_NOTICES: Final = {
    "redrive": N_("The notification is redriven: round {round} has begun."),
    "resolve": N_("The notification is resolved."),
    "cancel": N_("The notification is cancelled."),
    "delete": N_("What was stored of the order is deleted."),
}
_NEEDS_A_PERSON: Final = frozenset({State.FAILED, State.HELD})


@dataclass(frozen=True, slots=True)
class Done:
    """The sentence, and of which state the next case is; None where the notification needed nobody."""

    notice: str
    next_state: State | None


def done_to(one: "Notification", action: str) -> Done | None:
    """What was done, if it was the last decision of a person: the address of the page names the action."""
    last = _last_of_a_person(one)
    if last is None or last["action"] != action or action not in _NOTICES:
        return None
    before = State(last["from"])
    return Done(translate(_NOTICES[action], round=one["round"]), before if before in _NEEDS_A_PERSON else None)


def _last_of_a_person(one: "Notification") -> "Decided | None":
    return next((entry for entry in reversed(one["history"]) if entry["by"] != HERALD), None)
