"""When what happens in a soak: everything at once, and some of it at its moment."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Final

from tools.prove import harvest
from tools.prove.disturbing import Killer, QueueDisturber
from tools.prove.faulty_aws.faults import FaultChoice
from tools.prove.journal import What
from tools.prove.publishing import Publisher, Wait
from tools.prove.stand import Stand

_PUBLISHERS: Final = 4
_PUBLISHED: Final = 0.9  # of the soak; then only what was published goes on
_PURGES: Final = (0.35, 0.8)  # of the soak
_TELL_EVERY: Final = 0.5  # seconds

type Work = Callable[[Wait], None]
type Moment = tuple[float, Callable[[], object]]  # seconds from the beginning, and what is to be done then


def disturb(stand: Stand, works: Sequence[Work]) -> None:
    """These works, publishers, kills and faults at once, until the minutes of the plan are over.

    Raises what one of them raised.
    """
    plan, engine = stand.plan, stand.environment.engine
    seconds, over, published = plan.minutes * 60, Event(), Event()
    queue = stand.environment.stack.queues["DeliveryQueue"]
    messages = QueueDisturber(engine.client("sqs"), queue, stand.journal, plan.random("queue"))
    killer = Killer(stand.environment, stand.journal, plan.random("kills"))
    choice = FaultChoice(plan.seed, plan.fault_rate, seconds)
    begun = [partial(work, over.wait) for work in (*works, messages.disturb, killer.kill)]
    begun += [partial(publisher.publish, published.wait) for publisher in _publishers(stand)]
    with ThreadPoolExecutor(len(begun)) as threads:
        stand.aws.begin(choice)
        futures = [threads.submit(work) for work in begun]
        try:
            _pass_time(stand, seconds, _moments(stand, choice, messages, published), futures)
        finally:
            stand.aws.heal()
            published.set()
            over.set()
    for future in futures:
        future.result()


def _publishers(stand: Stand) -> list[Publisher]:
    plan, api = stand.plan, stand.environment.api
    rate = plan.per_second / _PUBLISHERS
    return [
        Publisher(number, api("publisher"), stand.ledger, plan.random(f"publisher {number}"), rate)
        for number in range(_PUBLISHERS)
    ]


def _moments(stand: Stand, choice: FaultChoice, messages: QueueDisturber, published: Event) -> list[Moment]:
    """In their order."""
    seconds = stand.plan.minutes * 60
    found: list[Moment] = [(seconds * _PUBLISHED, published.set)]
    found += [(seconds * share, messages.purge) for share in _PURGES]
    for storm in choice.storms:
        detail = f"{storm.end - storm.begin:.1f} s"
        found.append((storm.begin, partial(stand.journal.note, What.STORM, storm.service, detail=detail)))
    return sorted(found, key=lambda one: one[0])


def _pass_time(stand: Stand, seconds: float, moments: list[Moment], futures: Sequence[Future[None]]) -> None:
    """Until the soak is over, or one of those at work has failed."""
    began_at, pause = time.monotonic(), Event()
    while (passed := time.monotonic() - began_at) < seconds:
        while moments and moments[0][0] <= passed:
            moments.pop(0)[1]()
        if any(future.done() and future.exception() for future in futures):
            return
        stand.report(f"{passed:.0f} of {seconds:.0f} s: {harvest.progress(stand)}")
        pause.wait(_TELL_EVERY)
