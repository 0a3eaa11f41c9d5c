"""Polls, queue and deliverer, second by second. Pure; the same seed gives the same run.

Notifications are counted, not told apart: those accepted in one second, of the one partner that has very many or of all
others, wait together. Attempts succeed, and are over within their second. What a limit holds up is noted by its name.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tools.scale.simulated.capacity import Batches, TableWrites
from tools.scale.simulated.limits import Limits, Times
from tools.scale.simulated.line import Cohort, Line, Of

_SAMPLES = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is accepted: some before the first poll, and so many in each second for `seconds`."""

    at_start: int = 0
    of_one: int = 0  # likewise before the first poll, of one partner; they are due before the others
    a_second: Callable[[int], float] = lambda _: 0.0
    seconds: int = 0


@dataclass(kw_only=True)
class Simulation:
    """One run. `shared`: whether a poll with much to send shares it."""

    load: Load
    shared: bool = True
    limits: Limits = field(default_factory=Limits)
    times: Times = field(default_factory=Times)
    seed: int = 1
    accepted: int = 0
    waits: dict[Of, Counter[int]] = field(default_factory=lambda: {one: Counter() for one in Of})
    queued: list[int] = field(default_factory=list)  # in all, after each second
    attempted: list[int] = field(default_factory=list)  # likewise
    held_up_by: Counter[str] = field(default_factory=Counter)  # seconds in which a limit held something up
    deepest: int = 0  # messages in the queue
    most_in_flight: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - a simulation
        self._durations = _Durations(self.times, self.limits, self._random)
        self._table, self._queue = Line(), {one: Line() for one in Of}
        self._batches, self._writes = Batches(self.limits), TableWrites(self.limits)
        self._next_poll, self._polled_from, self._sent_of_poll = 0, -1, 0
        self._accept(Cohort(0, Of.MANY, self.load.of_one))
        self._accept(Cohort(0, Of.OTHERS, self.load.at_start))

    @property
    def in_queue(self) -> int:
        """How many messages wait."""
        return sum(one.count for one in self._queue.values())

    @property
    def left(self) -> int:
        """How many were accepted and not attempted yet."""
        return self._table.count + self.in_queue

    @property
    def attempts_of_batches(self) -> float:
        """In a second, on average, by as many batches as there may be."""
        return self.limits.batches * self.limits.batch / self._durations.mean

    @property
    def writes(self) -> list[float]:
        """Of the table, in each second."""
        return self._writes.noted

    def run(self, longest: int = 200_000) -> "Simulation":
        """Until everything was attempted, or for so many seconds."""
        second = 0
        while second < longest and (second < self.load.seconds or self.left):
            self._step(second)
            second += 1
        return self

    def _step(self, second: int) -> None:
        mean = self.load.a_second(second) if second < self.load.seconds else 0.0
        arrived = max(0, round(self._random.gauss(mean, mean**0.5)))
        self._accept(Cohort(second, Of.OTHERS, arrived))
        self._poll(second)
        self.deepest = max(self.deepest, self.in_queue)
        self._deliver(second, arrived)
        self.queued.append(self.accepted - self._table.count)
        self.attempted.append(self.accepted - self.left)

    def _accept(self, some: Cohort) -> None:
        self._table.add(some)
        self.accepted += some.size

    def _poll(self, second: int) -> None:
        if second == self._next_poll:
            self._polled_from, self._sent_of_poll = second, 0
            # Scheduler starts a poll at any second of its minute.
            minute = self.limits.poll_every * (second // self.limits.poll_every + 1)
            self._next_poll = minute + self._random.randrange(60)
        if second - self._polled_from >= self.limits.poll_time:
            return
        for some in self._table.take(self._may_send(), self._polled_from):
            self._queue[some.whose].add(some)
            self._sent_of_poll += some.size
        if self._table.oldest <= self._polled_from:
            self.held_up_by["the poll"] += 1

    def _may_send(self) -> int:
        """In one second: what one process sends, or eight shares once the poll has seen that there is much."""
        if self.shared and self._sent_of_poll >= self.limits.poll_alone:
            return round(self.times.messages_of_a_share * self.limits.shards)
        return round(self.times.messages_of_a_poll)

    def _deliver(self, second: int, arrived: int) -> None:
        waiting, accepting = self.in_queue, arrived * self.limits.writes_accepted
        self._batches.scale(waiting)
        name, may = min(self._bounds(arrived, accepting).items(), key=lambda bound: bound[1])
        if may < waiting:
            self.held_up_by[name] += 1
        # Messages of quiet groups come first (SQS fair queues).
        taken = self._queue[Of.OTHERS].take(may)
        taken += self._queue[Of.MANY].take(may - sum(some.size for some in taken))
        for some in taken:
            self.waits[some.whose][second - some.since] += some.size
        writes = accepting + sum(some.size for some in taken) * self.limits.writes_attempted
        self._writes.note(writes)
        self.most_in_flight = max(self.most_in_flight, min(waiting, self._batches.messages))

    def _bounds(self, arrived: int, accepting: int) -> dict[str, int]:
        """How many attempts each limit allows in this second."""
        by_concurrency = self._batches.now * self.limits.batch / self._durations.mean_of(self._batches.now)
        by_table = (self._writes.most() - accepting) / self.limits.writes_attempted
        by_index = self.limits.partition_writes * self.limits.shards - arrived  # each is put once and deleted once
        bounds = {
            "MaximumConcurrency": by_concurrency,
            "writes of the table": by_table,
            "writes of the index": by_index,
        }
        return {name: max(0, round(bound)) for name, bound in bounds.items()}


class _Durations:
    """How long batches take: the CPU of all messages, the tables, and the slowest answer."""

    def __init__(self, times: Times, limits: Limits, source: random.Random) -> None:
        self._random = source
        cpu = limits.batch * times.cpu_a_delivery / times.deliverer_processor
        found = [
            (cpu + times.tables + times.answer_median * self._slowest(times.answer_sigma, limits.batch)) / 1_000
            for _ in range(_SAMPLES)
        ]
        self.mean = sum(found) / _SAMPLES
        self._deviation = (sum((one - self.mean) ** 2 for one in found) / _SAMPLES) ** 0.5

    def mean_of(self, batches: float) -> float:
        """The mean (seconds) of so many."""
        return max(0.01, self._random.gauss(self.mean, self._deviation / max(1.0, batches) ** 0.5))

    def _slowest(self, sigma: float, batch: int) -> float:
        return max(self._random.lognormvariate(0, sigma) for _ in range(batch))


def percentile(waits: Counter[int], percent: float) -> int:
    """The smallest wait (seconds) that so many of a hundred do not exceed; 0 without any."""
    wanted, passed = waits.total() * percent / 100, 0
    for wait in sorted(waits):
        passed += waits[wait]
        if passed >= wanted:
            return wait
    return 0
