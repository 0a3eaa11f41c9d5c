"""The poll: every few minutes, a message is sent for everything that is due.

The source is docs/architecture.md, "Rules of the partner manual": 5分鐘定時輪詢執行通知任務.
"""

import secrets
from typing import Any

from dispatcher.lease import LEASE, hold_lease
from dispatcher.metrics import measure_poll
from dispatcher.plan import Step, StepName, steps
from dispatcher.run_window import PollProgress, RunWindow
from dispatcher.sharing.share import Share
from dispatcher.sharing.share_sender import send_share
from dispatcher.sharing.sharing import Sharing
from herald.domain.clock import MINUTE, SECOND, iso, now
from herald.messaging.function_invocation import InvokedFunction
from herald.runtime.lambda_context import LambdaContext
from herald.runtime.logging import logger
from herald.runtime.metrics import emits_metrics
from herald.runtime.settings import get_settings
from herald.store.dispatch_table import DispatchTable

MARGIN = 10 * SECOND  # reserved at the end for the pages in progress, the positions and the lease
SHORTEST = 30 * SECOND


@emits_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Polls once, unless another poll is running. Returns how many messages each step sent.

    `{"ran": false, "anotherUntil": …}` (RFC 3339) where another poll holds the lease until then. A poll with much to
    send invokes this function with an event `{"share": …}`, which sends one shard: `{"sent": …, "finished": …}`.
    """
    share = Share.parse(event)
    if share is None:
        return poll(context)
    return send_share(share, get_settings(), now() + context.get_remaining_time_in_millis() - MARGIN)


def poll(context: LambdaContext) -> dict[str, Any]:
    """One poll, under the lease."""
    settings = get_settings()
    cursors = DispatchTable(settings.dispatch_table)
    began_at, every = now(), settings.dispatch_every * MINUTE
    poll_id = secrets.token_hex(8)
    if not cursors.take_lease(poll_id, began_at, began_at + LEASE):
        return another_is_running(cursors)
    with hold_lease(cursors, poll_id):
        time = min(context.get_remaining_time_in_millis(), longest_run(every))
        window = RunWindow(began_at=began_at, ends_at=began_at + time - MARGIN, every=every)
        sharing = Sharing(lambda: InvokedFunction(context.function_name), poll_id)
        done = run(steps(settings, cursors, window, sharing))
        cursors.note_poll(began_at)
        return {"ran": True, **done}


def another_is_running(cursors: DispatchTable) -> dict[str, Any]:
    """The result of a poll that did nothing: until when the other lease lasts, unless it has just ended."""
    until = cursors.lease_until()
    lease = {} if until is None else {"anotherUntil": iso(until)}
    logger.warning("another poll is running", extra=lease)
    return {"ran": False, **lease}


def longest_run(every: int) -> int:
    """How long a poll may take (ms): it must be over when the next one starts, at most a minute early."""
    return max(every - MINUTE, SHORTEST)


def run(plan: dict[StepName, Step]) -> dict[str, Any]:
    """Runs all steps in their order. After one fails the others still run, and then the poll fails."""
    began_at, done, faults = now(), dict[StepName, PollProgress](), list[Exception]()
    for name, step in plan.items():
        try:
            progress = step()
        except Exception as fault:  # noqa: BLE001 - collected here, raised below
            faults.append(fault)
            continue
        if progress is not None:
            done[name] = progress
    result = {
        **{name.value: progress.sent for name, progress in done.items()},
        "finished": all(progress.finished for progress in done.values()),
    }
    logger.info("poll", extra={**result, "duration_ms": now() - began_at})
    measure_poll(done, now() - began_at)
    if faults:
        raise ExceptionGroup("steps of the poll failed", faults)
    return result
