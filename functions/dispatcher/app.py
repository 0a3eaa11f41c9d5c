"""The poll: every few minutes, whatever is due gets its message. The manual: 5分鐘定時輪詢執行通知任務."""

import secrets
from typing import Any

from dispatcher.lease import LEASE, hold_lease
from dispatcher.metrics import measure_poll
from dispatcher.plan import Step, steps
from dispatcher.run_window import PollProgress, RunWindow
from herald.domain.clock import MINUTE, SECOND, iso, now
from herald.runtime.lambda_context import LambdaContext
from herald.runtime.logging import logger
from herald.runtime.metrics import emits_metrics
from herald.runtime.settings import get_settings
from herald.store.dispatch_table import DispatchTable

MARGIN = 10 * SECOND  # kept at the end for the pages that are under way, the cursors and the lease
SHORTEST = 30 * SECOND


@emits_metrics
def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Polls once, unless another poll is running. Answers how many messages each step sent.

    `{"ran": false, "anotherUntil": …}` (RFC 3339) where another poll runs, or was killed: its lease ends then.
    """
    settings = get_settings()
    cursors = DispatchTable(settings.dispatch_table)
    began_at, every = now(), settings.dispatch_every * MINUTE
    poll_id = secrets.token_hex(8)
    if not cursors.take_lease(poll_id, began_at, began_at + LEASE):
        return another_is_running(cursors)
    with hold_lease(cursors, poll_id):
        time = min(context.get_remaining_time_in_millis(), longest(every))
        window = RunWindow(began_at=began_at, ends_at=began_at + time - MARGIN, every=every)
        done = run(steps(settings, cursors, window))
        cursors.note_poll(began_at)
        return {"ran": True, **done}


def another_is_running(cursors: DispatchTable) -> dict[str, Any]:
    """The answer of a poll that did nothing: until when the other one's lease lasts, unless it has just ended."""
    until = cursors.lease_until()
    told = {} if until is None else {"anotherUntil": iso(until)}
    logger.warning("another poll is running", extra=told)
    return {"ran": False, **told}


def longest(every: int) -> int:
    """How long a poll may take (ms): the next one starts a minute early at the most, and must not find it running."""
    return max(every - MINUTE, SHORTEST)


def run(to_do: dict[str, Step]) -> dict[str, Any]:
    """All steps in their order. One that fails does not keep the others from running, but fails the poll."""
    began_at, came_to, faults = now(), dict[str, PollProgress](), list[Exception]()
    for name, step in to_do.items():
        try:
            progress = step()
        except Exception as fault:  # noqa: BLE001 - collected here, raised below
            faults.append(fault)
            continue
        if progress is not None:
            came_to[name] = progress
    told = {
        **{name: one.sent for name, one in came_to.items()},
        "finished": all(one.finished for one in came_to.values()),
    }
    logger.info("poll", extra={**told, "duration_ms": now() - began_at})
    measure_poll(came_to, now() - began_at)
    if faults:
        raise ExceptionGroup("steps of the poll failed", faults)
    return told
