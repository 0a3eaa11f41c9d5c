"""The other side: an invocation that sends one share of a poll."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

from dispatcher.due.parallel_queue import REQUESTS, ParallelQueue
from dispatcher.due.shard_pass import AT_ONCE, ShardSender
from dispatcher.sharing.share import Share
from herald.domain.clock import now
from herald.messaging.delivery_queue import DeliveryQueue
from herald.runtime.logging import logger
from herald.runtime.settings import Settings
from herald.store.dispatch_table import DispatchTable
from herald.store.indexes.due_index import DueIndex


def send_share(share: Share, settings: Settings, ends_at: int) -> dict[str, Any]:
    """Sends it until `ends_at` (ms) at the latest. Returns how many messages it sent, and whether that is all.

    It stops at the next page when its poll has lost the lease: then another poll sends this shard. It records no
    metrics: they are the poll's.
    """
    cursors = DispatchTable(settings.dispatch_table)
    with ThreadPoolExecutor(REQUESTS) as pool:
        sender = ShardSender(
            index=DueIndex(settings.notification_table),
            cursors=cursors,
            queue=ParallelQueue(DeliveryQueue(settings.delivery_queue_url), pool),
            window=replace(share.window, ends_at=min(share.window.ends_at, ends_at)),
            is_open=share.left_out.__contains__,
            may_go_on=partial(cursors.holds_lease, share.poll_id),
            at_once=AT_ONCE * REQUESTS,
        )
        began_at = now()
        progress = sender.send(share.of, cursors.position(share.of.lane, share.of.shard))
    result = {"sent": progress.sent, "finished": progress.finished}
    where = {"lane": share.of.lane.value, "shard": share.of.shard, "poll_id": share.poll_id}
    logger.info("share of a poll", extra={**where, **result, "duration_ms": now() - began_at})
    return result
