"""An outage on the local engine: one partner's server hangs and is repaired; all by the servers' own record."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from herald.domain.clock import SECOND, now
from herald.domain.notification import Notification
from tools.common.waiting import becomes
from tools.demo.environment import DemoEnvironment, PollFailed
from tools.local_engine.engine import Engine
from tools.local_stack.deploying import build, deploy
from tools.outage.figures import Figures, Lateness, Run, figures, lateness
from tools.outage.workload import SICK, Scale, accepted, register, store
from tools.sample_partner import Received, SamplePartners

POLL_EVERY = 60.0  # seconds; the run polls, as a schedule with DispatchEvery=1 would
_PARAMETERS = {"DispatchEvery": "13"}  # so that the schedule's own polls stay out of the way
_ALONE_WITHIN = 120.0  # seconds, for the good partners' notifications
_FILLED_WITHIN = 5 * SECOND  # 3,000 notifications stand in the table by then; they are due from then on

type Report = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is measured. The server is repaired `outage` seconds after the notifications were due."""

    breaker: str
    scale: Scale = field(default_factory=Scale)
    outage: float = 130.0
    within: float = 300.0  # seconds from the repair, after which the run ends whatever is left


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The figures of a run."""

    alone: Lateness  # of the good partners without the sick one
    beside: Lateness  # of the good partners beside the sick one
    sick: Figures
    sick_received: list[Received]
    repaired_at: int
    failed: int  # of the sick partner's attempts, those that its server did not answer


@dataclass(frozen=True, slots=True)
class _Stand:
    environment: DemoEnvironment
    server: SamplePartners
    plan: Plan
    report: Report

    def accept(self, orders: Sequence[tuple[int, int]]) -> list[Notification]:
        """Stores them, due a few seconds from now."""
        those = accepted(orders, now() + _FILLED_WITHIN)
        store(self.environment.engine, self.environment.stack.tables["NotificationTable"], those)
        threading.Event().wait(max(0, those[-1].accepted_at - now()) / SECOND)
        return those

    def received(self, partners: Sequence[int]) -> list[Received]:
        """All that these partners' servers received, in the order of arrival."""
        return sorted((one for each in partners for one in self.server.received(str(each))), key=lambda one: one.at)

    def good_received(self, those: Sequence[Notification]) -> bool:
        """Whether all of the good partners' notifications among these were POSTed."""
        names = {str(one.id) for one in those if one.id.partner_id != SICK}
        return names <= {one.headers["webhook-id"] for one in self.received(self.plan.scale.good)}


def measure(home: Path, plan: Plan, report: Report) -> Measured:
    """Builds, deploys onto an engine of its own, and measures."""
    report("building and deploying")
    build()
    engine = Engine.start(home, port=0)
    try:
        stack = deploy(engine, "herald", {**_PARAMETERS, "Breaker": plan.breaker})
        environment = DemoEnvironment(engine, stack)
        with SamplePartners() as server:
            for partner_id in (SICK, *plan.scale.good):
                register(environment.api("operator"), server, partner_id)
            return _measure(_Stand(environment, server, plan, report))
    finally:
        engine.stop()


def _measure(stand: _Stand) -> Measured:
    scale = stand.plan.scale
    alone = stand.accept(scale.for_good())
    stand.report("the good partners alone")
    with _polls(stand):
        becomes(lambda: stand.good_received(alone), _ALONE_WITHIN)
    stand.server.configure(str(SICK), "hang")
    beside = stand.accept(scale.for_all(scale.of_each_good))
    began_at = now()
    stand.report("all of them; one server hangs")
    with _polls(stand):
        threading.Event().wait(stand.plan.outage)
        stand.server.configure(str(SICK), "success")
        repaired_at = now()
        stand.report("the server is repaired")
        becomes(lambda: _are_delivered(stand), stand.plan.within)
    received = stand.received([SICK])
    run = Run(
        due=_due(beside, [SICK]),
        received=received,
        began_at=began_at,
        opened_at=_opened_at(stand),
        repaired_at=repaired_at,
    )
    good = stand.received(scale.good)
    return Measured(
        alone=lateness(_due(alone, scale.good), good),
        beside=lateness(_due(beside, scale.good), good),
        sick=figures(run),
        sick_received=received,
        repaired_at=repaired_at,
        failed=sum(one.answered_at is None for one in received),
    )


def _due(those: Sequence[Notification], partners: Sequence[int]) -> dict[str, int]:
    return {str(one.id): one.accepted_at for one in those if one.id.partner_id in partners}


def _are_delivered(stand: _Stand) -> bool:
    told = {one.headers["webhook-id"] for one in stand.server.received(str(SICK)) if one.answered_at}
    return len(told) == stand.plan.scale.of_sick


def _opened_at(stand: _Stand) -> int | None:
    """When the breaker opened for the first time, by the partner's history."""
    history = stand.environment.api("operator").partner(SICK)["history"]
    opened = [entry["at"] for entry in history if entry["action"] == "open breaker"]
    return round(datetime.fromisoformat(opened[0]).timestamp() * SECOND) if opened else None


@contextmanager
def _polls(stand: _Stand) -> Iterator[None]:
    """Meanwhile a thread polls, the first time at once."""
    over = threading.Event()
    poller = threading.Thread(target=_poll, args=(stand.environment, over))
    poller.start()
    try:
        yield
    finally:
        over.set()
        poller.join()


def _poll(environment: DemoEnvironment, over: threading.Event) -> None:
    while True:
        with suppress(BotoCoreError, ClientError, PollFailed):  # the next poll repeats what this one did not do
            environment.poll()
        if over.wait(POLL_EVERY):
            return
