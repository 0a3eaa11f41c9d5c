"""A share: the rest of one shard, which another invocation of the dispatcher sends. Its form as an event."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dispatcher.due.shard_pass import ShardRange
from dispatcher.run_window import RunWindow
from herald.domain.notification import Lane

_NAME = "share"  # the only member of the event; an event of EventBridge Scheduler has none of that name


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What is to be sent, until when, for which poll, and which partners' breakers are open."""

    poll_id: str
    of: ShardRange
    window: RunWindow
    left_out: frozenset[int] = frozenset()

    def event(self) -> dict[str, Any]:
        """The event of the invocation."""
        share = {
            "pollId": self.poll_id,
            "lane": self.of.lane.value,
            "shard": self.of.shard,
            "overlap": self.of.overlap,
            "until": self.of.until,
            "beganAt": self.window.began_at,
            "endsAt": self.window.ends_at,
            "every": self.window.every,
            "leftOut": sorted(self.left_out),
        }
        return {_NAME: share}

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> "Share | None":
        """The share in an event; None for the event of a poll. Raises `KeyError` or `ValueError` for a wrong share."""
        if _NAME not in event:
            return None
        share = event[_NAME]
        return cls(
            poll_id=share["pollId"],
            of=ShardRange(Lane(share["lane"]), share["shard"], share["overlap"], share["until"]),
            window=RunWindow(share["beganAt"], share["endsAt"], share["every"]),
            left_out=frozenset(share["leftOut"]),
        )
