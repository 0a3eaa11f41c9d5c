"""One receipt of a queue message."""

from dataclasses import dataclass

from herald.domain.clock import END_OF_TIME, SECOND, now
from herald.store.dynamodb import LONGEST_CALL

MOST_RECEIPTS = 5  # of one message; then it is not released any more: a tenth receipt would make it a poison message


class MessageReleased(Exception):
    """The message stays in the queue and comes back later. Not an error."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt of a message: its handle, how often it was received, and when (ms) the function's time ends."""

    handle: str
    received: int = 1
    ends_at: int = END_OF_TIME

    @property
    def is_last(self) -> bool:
        """Whether the message was received so often that it must not be released once more."""
        return self.received >= MOST_RECEIPTS

    def time_for(self, pause: float) -> bool:
        """Whether the function outlives this pause (seconds) and a call to the table after it."""
        return now() + pause * SECOND + LONGEST_CALL <= self.ends_at
