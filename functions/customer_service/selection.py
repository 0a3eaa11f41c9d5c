"""One decision about some notifications that a person selected, each at the turn that the person saw."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from customer_service.notifications import decide_notification
from customer_service.refusals import EXPECTED, refusal_of
from customer_service.schemas.requests import Decision
from customer_service.schemas.responses import NotificationResponse
from customer_service.serializers.notification_serializer import notification_response
from herald.domain.transitions import Action
from herald.languages.message import Message
from herald.store.dynamodb import TableUnavailable
from herald.store.notification_table import NotificationConflict

type Selected = tuple[str, int]  # the id of a notification, and its turn when the person saw it


@dataclass(frozen=True, slots=True)
class NotChanged:
    """A notification that the decision did not change, and why; `now` is how it is, where somebody was first."""

    id: str
    why: Message
    now: NotificationResponse | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the selected notifications, in their order."""

    changed: list[str] = field(default_factory=list)  # ids
    not_changed: list[NotChanged] = field(default_factory=list)


def decide_each(selected: Sequence[Selected], action: Action, reason: str, by: str) -> Outcome:
    """Redrives, resolves or cancels each. That one is refused, such as at another turn, keeps no other one from it.

    Once a table does not answer, the rest is left as it is, so that the person hears what was done. Raises pydantic's
    `ValidationError` for the reason, before anything is changed, and `TableUnavailable` where nothing was.
    """
    left, outcome = [(one, Decision(reason=reason, turn=turn)) for one, turn in selected], Outcome()
    while left:
        notification_id, decision = left[0]
        try:
            decide_notification(notification_id, action, decision, by)
        except TableUnavailable as error:
            if not outcome.changed:
                raise
            outcome.not_changed.extend(NotChanged(one, refusal_of(error).message) for one, _ in left)
            break
        except EXPECTED as error:
            outcome.not_changed.append(_not_changed(notification_id, error))
        else:
            outcome.changed.append(notification_id)
        left = left[1:]
    return outcome


def _not_changed(notification_id: str, error: Exception) -> NotChanged:
    current = error.current if isinstance(error, NotificationConflict) else None
    return NotChanged(notification_id, refusal_of(error).message, notification_response(current) if current else None)
