"""The time that a poll has, the result of its steps, and how they run in parallel."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from herald.domain.clock import MINUTE, SECOND, now

SCHEDULER_JITTER = 90 * SECOND  # EventBridge Scheduler starts at any second of its minute, and the poll takes time
LONGEST_INTERVAL = 13 * MINUTE  # between two polls: the most that DispatchEvery allows
NO_POLL_AFTER = 15 * MINUTE  # as NoPollAlarm in the template
_THREADS = 8


@dataclass(frozen=True, slots=True)
class RunWindow:
    """When a poll began and when it should end (ms since the epoch), and the time between two polls (ms)."""

    began_at: int
    ends_at: int
    every: int

    @property
    def horizon(self) -> int:
        """The moment up to which this poll sends what is parked, because the next one may start too late for it."""
        return self.began_at + self.every + SCHEDULER_JITTER

    def time_left(self) -> bool:
        """Whether there is time to begin more work."""
        return now() < self.ends_at


@dataclass(frozen=True, slots=True)
class PollProgress:
    """The result of a step: how many messages it sent, and whether it had the time for all of them."""

    sent: int = 0
    finished: bool = True

    def __add__(self, other: "PollProgress") -> "PollProgress":
        return PollProgress(self.sent + other.sent, self.finished and other.finished)


def run_in_parallel[One](step: Callable[[One], PollProgress], items: Iterable[One]) -> PollProgress:
    """Runs the step for each item, in threads. If one fails, the others still run; then it raises."""
    with ThreadPoolExecutor(_THREADS) as pool:
        futures = [pool.submit(step, one) for one in items]
    return sum((one.result() for one in futures), PollProgress())
