"""Days of deliveries in seconds: the functions' own code on a clock that jumps to whatever comes next.

What comes next is a submission, a poll, a message that becomes visible, or the end of an attempt. Attempts overlap as
they do in Lambda: each is a task of one event loop, and waits for its partner in simulated time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Any, Protocol, override

import time_machine

from herald.domain.attempt import Outcome
from herald.domain.clock import SECOND, now
from tests.support.factories import an_outcome


class Stage(Protocol):
    """The tables, the queues and the functions on them."""

    def poll(self) -> None:
        """One poll, now."""

    def next_message(self) -> int | None:
        """When the next message becomes visible (ms since the epoch)."""

    def receive(self) -> list[Callable[[], Awaitable[None]]]:
        """What is visible now, each as the delivery of it."""

    def tell(self) -> None:
        """Works off the dead letters."""


class AtOnce(ThreadPoolExecutor):
    """Runs what it is given on the spot: the order of things is the same each time."""

    @override
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@dataclass
class Simulation:
    """The clock, and all that is going to happen."""

    clock: time_machine.Traveller
    _to_come: list[tuple[int, int, Callable[[], None]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _attempts: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def at(self, moment: int, event: Callable[[], None]) -> None:
        """The event happens at that moment."""
        heappush(self._to_come, (moment, next(self._order), event))

    async def wait_until(self, moment: int) -> None:
        """The end of an attempt, for whoever makes it."""
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.at(moment, lambda: over.set_result(None))
        self._attempts += 1
        await over
        self._attempts -= 1

    def run(self, stage: Stage, until: int) -> None:
        """Lets everything happen that happens before `until`."""
        with asyncio.Runner() as runner:
            runner.get_loop().set_default_executor(AtOnce())
            runner.run(self._run(stage, until))

    async def _run(self, stage: Stage, until: int) -> None:
        while (moment := self._next(stage)) is not None and moment < until:
            # Half a millisecond more: the clock's float must not fall short of the millisecond that is meant.
            self.clock.move_to((max(moment, now()) + 0.5) / SECOND)
            while self._to_come and self._to_come[0][0] <= now():
                heappop(self._to_come)[2]()
            await self._work()
            for deliver in stage.receive():
                self._tasks.add(asyncio.ensure_future(deliver()))
            await self._work()
            stage.tell()
        assert self._attempts == 0, "an attempt was under way at the end"

    def _next(self, stage: Stage) -> int | None:
        moments = [self._to_come[0][0]] if self._to_come else []
        visible = stage.next_message()
        return min([*moments, visible] if visible is not None else moments, default=None)

    async def _work(self) -> None:
        """Until every delivery is done or waits for its partner."""
        while True:
            await asyncio.sleep(0)
            ended = {task for task in self._tasks if task.done()}
            for task in ended:
                task.result()
            self._tasks -= ended
            if len(self._tasks) == self._attempts:
                return


@dataclass
class RefusingPartner:
    """Answers `no` after a time of its own, each time. Stands in for the webhook client."""

    simulation: Simulation
    duration: Callable[[], int]  # ms
    attempts: dict[str, list[Outcome]] = field(default_factory=dict)  # by the notification's id

    async def post(
        self,
        _url: str,
        _body: bytes,
        headers: dict[str, str],
        *,
        deadline_seconds: int | None = None,  # noqa: ARG002 - the protocol's
        internal: bool = False,  # noqa: ARG002 - the protocol's
    ) -> Outcome:
        """One attempt, from now until the partner has answered."""
        outcome = an_outcome(at=now(), duration_ms=self.duration())
        await self.simulation.wait_until(outcome.ended_at)
        self.attempts.setdefault(headers["webhook-id"], []).append(outcome)
        return outcome
