"""Fair queues: messages of quiet groups are received before those of a group that uses up the consumers.

SQS does so where messages of a standard queue have a MessageGroupId (Developer Guide, "How Amazon SQS fair queues
work"); MiniStack keeps the id and receives in the order of sending. A group is noisy that has more than a tenth of the
messages in flight and at least 30 of them, or has used more than a tenth of the consumers' recent time. Of several
noisy groups the one with the fewest messages in flight comes first. AWS calls its values approximate, and does not say
how long "recent" is.
"""

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from time import time
from typing import Any

from ministack.services import sqs  # type: ignore[import-untyped] # it ships no types

SHARE = 0.1
IN_FLIGHT = 30  # messages
RECENT = 60.0  # seconds

type Message = dict[str, Any]


@dataclass
class Usage:
    """Which groups of one queue have used the consumers lately. Moments are seconds since the epoch."""

    _ended: deque[tuple[float, str, float]] = field(default_factory=deque)  # when, the group, for how many seconds

    def end(self, message: Message, now: float) -> None:
        """The message is deleted: a consumer had it until now."""
        if "group_since" in message and message.get("group_id"):
            self._ended.append((now, message["group_id"], now - message["group_since"]))

    def in_order(self, messages: list[Message], now: float) -> list[Message]:
        """The messages in the order in which they are to be received."""
        in_flight = _in_flight(messages, now)
        noisy = self._noisy(in_flight, now)
        if not noisy:
            return messages
        count = Counter(group for group, _ in in_flight)
        return sorted(messages, key=lambda one: count[one["group_id"]] + 1 if one.get("group_id") in noisy else 0)

    def _noisy(self, in_flight: list[tuple[str, float]], now: float) -> set[str]:
        while self._ended and self._ended[0][0] < now - RECENT:
            self._ended.popleft()
        used = [(group, now - since) for group, since in in_flight]
        used += [(group, seconds) for _, group, seconds in self._ended]
        taken = [(group, 1.0) for group, _ in in_flight]
        return _above_their_share(used, 0) | _above_their_share(taken, IN_FLIGHT)


def _above_their_share(amounts: list[tuple[str, float]], least: float) -> set[str]:
    """The groups with more than `SHARE` of the whole, and with at least so much."""
    of_each: defaultdict[str, float] = defaultdict(float)
    for group, amount in amounts:
        of_each[group] += amount
    whole = sum(of_each.values())
    return {group for group, amount in of_each.items() if amount >= least and amount > SHARE * whole}


def _in_flight(messages: list[Message], now: float) -> list[tuple[str, float]]:
    """The group of each message that a consumer has, and since when."""
    return [
        (one["group_id"], one["group_since"])
        for one in messages
        if one.get("group_id") and "group_since" in one and one["visible_at"] > now
    ]


def receive_fairly() -> None:
    """Puts the order of fair queues before MiniStack's choice of messages."""
    collect, delete = sqs._collect_msgs, sqs._delete_messages_for_esm  # noqa: SLF001 - it has no public place for it
    usage: defaultdict[int, Usage] = defaultdict(Usage)  # by queue

    def collect_fairly(queue: dict[str, Any], most: int, hidden: int) -> list[Message]:
        if queue["is_fifo"]:
            return list(collect(queue, most, hidden))
        now = time()
        in_order = usage[id(queue)].in_order(queue["messages"], now)
        # A queue beside it: others append to the messages of this one meanwhile. The messages are the same objects.
        received: list[Message] = collect({**queue, "messages": in_order}, most, hidden)
        for one in received:
            one["group_since"] = now
        return received

    def delete_and_count(url: str, handles: set[str]) -> None:
        queue = sqs._queues.get(url)  # noqa: SLF001 - likewise
        now = time()
        for one in list(queue["messages"]) if queue else ():
            if one.get("receipt_handle") in handles:
                usage[id(queue)].end(one, now)
        delete(url, handles)

    sqs._collect_msgs = collect_fairly  # noqa: SLF001 - likewise
    sqs._delete_messages_for_esm = delete_and_count  # noqa: SLF001 - likewise
