"""Whether a second submission of the same notification has to send the first message."""

from herald.domain.notification import Lane
from herald.domain.transitions import State
from herald.store.attribute_values import Item
from herald.store.items.notification_item import from_item


def may_lack_its_message(stored: Item) -> bool:
    """Whether the receiver that stored it may have crashed before it sent the first message.

    Only where the receiver itself sends it (FirstAttempt=AtOnce), and while it is not claimed. A second message
    costs one refused write; without it the notification would wait for the rescue.
    """
    one = from_item(stored)
    untouched = one.state is State.WAITING and one.turn == 1 and one.claim_until is None
    return untouched and one.lane is Lane.SENT
