"""The poll's lease is short, and renewed while the poll works: it ends soon after a poll that was killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Protocol

from herald.domain.clock import SECOND, now
from herald.runtime.logging import logger

LEASE = 30 * SECOND  # shorter than a minute, so that the poll after one that was killed runs
RENEW_EVERY = 10 * SECOND  # so that one renewal may fail, after 7 s, before the lease ends


class LeaseStore(Protocol):
    """Where the lease is stored: `herald.store.dispatch_table.DispatchTable`."""

    def renew_lease(self, poll_id: str, until: int, /) -> bool:
        """Extends the lease until that moment (ms); False where another poll has taken it."""

    def end_lease(self, poll_id: str, /) -> None:
        """Ends the lease of this poll, if it still holds it."""


@contextmanager
def hold_lease(leases: LeaseStore, poll_id: str) -> Iterator[None]:
    """Renews the lease that this poll has taken, in a thread, and ends it. No renewal follows the end."""
    over = Event()
    thread = Thread(target=_renew, args=(leases, poll_id, over), daemon=True)  # it ends with the process
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        leases.end_lease(poll_id)


def _renew(leases: LeaseStore, poll_id: str, over: Event) -> None:
    while not over.wait(RENEW_EVERY / SECOND):
        try:
            if not leases.renew_lease(poll_id, now() + LEASE):
                logger.warning("another poll has taken over")  # two polls at once only send messages twice
                return
        except Exception:  # noqa: BLE001 - whatever it is, the next renewal is tried; logged here
            logger.exception("the lease was not renewed")  # the next renewal comes before it ends
