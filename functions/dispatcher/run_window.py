"""The time that a poll has, what its steps came to, and how they run side by side."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from herald.domain.clock import SECOND, now

SCHEDULER_JITTER = 90 * SECOND  # EventBridge Scheduler starts anywhere within its minute; and half a minute to work in
_THREADS = 8


@dataclass(frozen=True, slots=True)
class RunWindow:
    """When a poll began and when it should end (ms since the epoch), and the time between two polls (ms)."""

    began_at: int
    ends_at: int
    every: int

    @property
    def horizon(self) -> int:
        """The moment up to which this poll sends what is parked, because the next one may come too late for it."""
        return self.began_at + self.every + SCHEDULER_JITTER

    def time_left(self) -> bool:
        """Whether to begin another piece of work."""
        return now() < self.ends_at


@dataclass(frozen=True, slots=True)
class PollProgress:
    """What a step of the poll came to: how many messages, and whether the time sufficed for all of them."""

    sent: int = 0
    finished: bool = True

    def __add__(self, other: "PollProgress") -> "PollProgress":
        return PollProgress(self.sent + other.sent, self.finished and other.finished)


def run_in_parallel[One](step: Callable[[One], PollProgress], all_of_them: Iterable[One]) -> PollProgress:
    """The step for each of them, in threads. One that fails keeps no other from running; then its exception comes."""
    with ThreadPoolExecutor(_THREADS) as pool:
        under_way = [pool.submit(step, one) for one in all_of_them]
    return sum((one.result() for one in under_way), PollProgress())
