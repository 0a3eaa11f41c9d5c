"""Notifications through two stacks, while the shop system fails at random and functions are killed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from tools.both_ends.audits import audit_of
from tools.both_ends.books import SUCCESS, Books
from tools.both_ends.kills import KILLS, PARTNERS_DELIVERER, Kill, carry_out
from tools.both_ends.observations import delivered, repeats_recognised
from tools.both_ends.polling import polls
from tools.both_ends.publishing import Published, publish
from tools.both_ends.stacks import SHOP, Report, TwoStacks, two_stacks
from tools.both_ends.workload import answers, payload
from tools.common.waiting import becomes
from tools.demo.environment import DemoEnvironment

_SETTLED_WITHIN = 300.0  # seconds; what was acknowledged to a killed deliverer is attempted, and settled, once more
REQUESTS_EACH = 3  # so many of the shop system's answers are drawn for each notification; after them all are `success`


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many notifications, with which seed, and after how many seconds the run ends whatever is left."""

    count: int = 200
    seed: int = 1
    within: float = 900.0  # longer than the ten minutes after which a poll misses a message, and sends it again
    kills: tuple[Kill, ...] = KILLS


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What happened. Times in seconds."""

    books: Books
    killed: dict[Kill, int]  # how many processes
    seconds: float
    repeats_of_publishers: int
    attempts_of_platform: int
    repeats_recognised: int  # by the partner's inbound function
    stored_by_partner: int


@dataclass(slots=True)
class _Progress:
    """What the threads of a run have done so far."""

    published: Published = field(default_factory=Published)
    killed: dict[Kill, int] = field(default_factory=dict)


def run(home: Path, plan: Plan, report: Report) -> Outcome:
    """Builds, deploys onto an engine of its own, and runs. Raises `LocalEngineError`, `CliError`, `AuditFailed`."""
    with two_stacks(home, report) as stacks:
        return travel(stacks, plan, report)


def travel(stacks: TwoStacks, plan: Plan, report: Report = lambda _: None) -> Outcome:
    """Submits all, kills functions, and waits for the last acknowledgement. Raises `NotInTime`, `AuditFailed`."""
    stacks.servers.configure(SHOP, answers(plan.seed, REQUESTS_EACH * plan.count))
    began, progress = monotonic(), _Progress()
    report("notifications travel, functions are killed")
    with polls(stacks.platform), polls(stacks.partner):
        with _kills(stacks, plan, progress):
            publish(lambda: stacks.platform.api("publisher"), plan.count, progress.published)
        report("waiting for what killed deliverers had: it comes again after three minutes, or after ten by a poll")
        becomes(lambda: _acknowledged(stacks) >= plan.count, plan.within - (monotonic() - began))
        seconds = monotonic() - began
        becomes(lambda: _all_settled(stacks, plan.count), _SETTLED_WITHIN)
    return _outcome(stacks, plan, progress, seconds)


def _outcome(stacks: TwoStacks, plan: Plan, progress: _Progress, seconds: float) -> Outcome:
    engine, operator = stacks.platform.engine, stacks.ends().platform
    published = progress.published
    audits = {one.stack.stack_name: audit_of(engine, one.stack.stack_name) for one in _both(stacks)}
    return Outcome(
        books=Books(
            submitted=[payload(number) for number in range(plan.count)],
            received=stacks.servers.received(SHOP),
            audits=audits,
            lost_batches=progress.killed.get(PARTNERS_DELIVERER, 0),
        ),
        killed=progress.killed,
        seconds=seconds,
        repeats_of_publishers=published.repeats,
        attempts_of_platform=sum(len(operator.notification(one)["attempts"]) for one in published.ids.values()),
        repeats_recognised=repeats_recognised(stacks.partner),
        stored_by_partner=audits[stacks.partner.stack.stack_name].stored,
    )


def _both(stacks: TwoStacks) -> tuple[DemoEnvironment, DemoEnvironment]:
    return stacks.platform, stacks.partner


def _acknowledged(stacks: TwoStacks) -> int:
    return len({one.headers["webhook-id"] for one in stacks.servers.received(SHOP) if one.answer == SUCCESS})


def _all_settled(stacks: TwoStacks, count: int) -> bool:
    """Whether both tables say that all are delivered."""
    return all(delivered(one) >= count for one in _both(stacks))


@contextmanager
def _kills(stacks: TwoStacks, plan: Plan, progress: _Progress) -> Iterator[None]:
    """Meanwhile a thread for each kill waits for its moment; the context ends when all have had it."""

    def percent(one: Kill) -> float:
        done = len(progress.published.ids) if one.function == "ReceiverFunction" else _acknowledged(stacks)
        return 100 * done / plan.count

    def kill(one: Kill) -> None:
        progress.killed[one] = carry_out(stacks, one, lambda: percent(one))

    threads = [threading.Thread(target=kill, args=(one,)) for one in plan.kills]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join()
