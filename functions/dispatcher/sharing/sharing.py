"""The poll's side: hands the rest of a large shard to another invocation, and waits for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from dispatcher.due.shard_pass import ShardRange
from dispatcher.run_window import PollProgress, RunWindow
from dispatcher.sharing.share import Share
from herald.messaging.function_invocation import NotInvoked, ResponseLost
from herald.runtime.logging import logger

PAGES_ALONE = 4  # of a shard that a poll sends itself, 2,000 rows: within about as many seconds as an invocation starts


class Invocable(Protocol):
    """The dispatcher itself: `herald.messaging.function_invocation.InvokedFunction`."""

    def invoke(self, event: Mapping[str, Any], /) -> Any:  # noqa: ANN401 - JSON
        """What the function returned. Raises `NotInvoked` and `ResponseLost`."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """Shares a poll with further invocations of its own function."""

    dispatcher: Callable[[], Invocable]  # called where something is shared: most polls share nothing
    poll_id: str

    def send(self, of: ShardRange, window: RunWindow, left_out: frozenset[int]) -> PollProgress | None:
        """What another invocation sent of it; None where none did, so that the poll has to send it itself.

        Where no response comes, the invocation may still be at work: the next poll continues from its position.
        """
        share = Share(poll_id=self.poll_id, of=of, window=window, left_out=left_out)
        where = {"lane": of.lane.value, "shard": of.shard}
        try:
            returned = self.dispatcher().invoke(share.event())
        except NotInvoked as fault:
            logger.warning("a shard was not shared", extra={**where, "fault": str(fault)})
            return None
        except ResponseLost as fault:
            logger.warning("the result of a share is unknown", extra={**where, "fault": str(fault)})
            return PollProgress(finished=False)
        if "sent" not in returned:  # by a version without shares, as after a rollback: it took the event for a poll's
            logger.warning("a shard was not shared", extra={**where, "fault": str(returned)})
            return None
        return PollProgress(int(returned["sent"]), bool(returned["finished"]))


class NoSharing:
    """A poll that sends everything itself."""

    def send(self, _of: ShardRange, _window: RunWindow, _left_out: frozenset[int]) -> None:
        """Nobody sends it."""
