"""The poll's lease is short, and renewed while the poll works: it ends soon after a poll that was killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from herald.domain.clock import SECOND, now
from herald.runtime.logging import logger
from herald.store.dispatch_table import DispatchTable

LEASE = 30 * SECOND  # shorter than a minute, so that the poll after one that was killed runs
RENEW_EVERY = 10 * SECOND  # so that a renewal may fail, and take its 7 s, before the lease ends


@contextmanager
def hold_lease(cursors: DispatchTable, poll_id: str) -> Iterator[None]:
    """Renews the lease that this poll has taken, in a thread of its own, and ends it; nothing is renewed afterwards."""
    over = Event()
    thread = Thread(target=_renew, args=(cursors, poll_id, over), daemon=True)  # it ends with the process
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        cursors.end_lease(poll_id)


def _renew(cursors: DispatchTable, poll_id: str, over: Event) -> None:
    while not over.wait(RENEW_EVERY / SECOND):
        try:
            if not cursors.renew_lease(poll_id, now() + LEASE):
                logger.warning("another poll has taken over")  # two at once send messages twice, and do no other harm
                return
        except Exception:  # noqa: BLE001 - whatever it is, the next renewal is tried; logged here
            logger.exception("the lease was not renewed")  # the next renewal comes before it ends
