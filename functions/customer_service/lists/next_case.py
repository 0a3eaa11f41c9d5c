"""What a person looks at after a decision: the next notification of the same partner."""

from customer_service.dependencies import attention
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import State


def next_case(state: State, after: NotificationId) -> NotificationId | None:
    """The oldest other one of the partner that is failed or held (`state`), or None. One request.

    The index follows the table with a delay, so `after` may still stand in it.
    """
    entries = attention().entries(state, after.partner_id, limit=2)
    return next((entry.id for entry in entries if entry.id != after), None)
