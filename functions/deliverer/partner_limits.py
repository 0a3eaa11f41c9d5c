"""Whether a POST may be made now by the limits of its partner, which all deliverers share (`herald.store.limit_table`).

A partner without a rate and a concurrency is not looked up there, as long as its server is not suspected of an outage.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from deliverer.receipt import Receipt
from herald.domain.clock import MINUTE, SECOND, now
from herald.domain.limits.bounds import LONGEST_TIMEOUT
from herald.domain.notification import Notification
from herald.domain.partner import Partner
from herald.runtime.logging import logger
from herald.store.dynamodb import LONGEST_CALL, LONGEST_SHORT_CALL, TableUnavailable
from herald.store.limit_table import HORIZON

WAIT_HERE = SECOND  # for a moment of the rate: SQS counts visibility in whole seconds, the rest is waited for here
LATE = 15 * SECOND  # after which a reserved moment is over: what comes later in a crowd must not exceed the rate
WAIT_FOR_OTHERS = 3 * SECOND  # of the same invocation, which have the partner's slots
# The longest time (ms) from here to the settle: the notification is read again, the POST, the slot is freed.
LEFT = LONGEST_CALL + LONGEST_TIMEOUT * SECOND + LONGEST_SHORT_CALL
# From one attempt that is made alone to the next: the server may refuse within a millisecond, and what the attempt says
# has to be counted before another one begins.
BETWEEN_ALONE = SECOND
FIRST_PAUSE, LONGEST_PAUSE = 2 * SECOND, MINUTE  # without a free slot: doubling with each receipt of the message


class NotYet(Exception):
    """A limit forbids the POST now. It may be tried again at `due_at`; `reserved_at` is its moment by the rate (ms)."""

    def __init__(self, due_at: int, reserved_at: int | None = None) -> None:
        super().__init__("a limit of the partner forbids it now")
        self.due_at = due_at
        self.reserved_at = reserved_at


class SharedLimits(Protocol):
    """What the deliverers share: `herald.store.limit_table.LimitTable`."""

    def reserve(self, partner_id: int, per_second: int, now: int, /) -> int | None:
        """The first moment that is free by the rate, or None."""

    def take_slot(self, partner_id: int, concurrency: int, holder: str, now: int, /) -> int | None:
        """The number of a free slot, or None."""

    def free_slot(self, partner_id: int, slot: int, holder: str, at: int | None = None, /) -> None:
        """Frees the slot, now or at that moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerLimits:
    """Admits POSTs. `spread` gives a number from 0 to 1, so that messages do not come back together."""

    shared: SharedLimits
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep  # seconds
    spread: Callable[[], float] = random.random
    _here: dict[tuple[int, int], asyncio.Semaphore] = field(default_factory=dict)  # by partner and concurrency

    @asynccontextmanager
    async def admit(
        self, claimed: Notification, partner: Partner, receipt: Receipt, *, alone: bool = False
    ) -> AsyncIterator[None]:
        """For as long as the POST takes, which may then be made; `alone` is a concurrency of 1. Raises `NotYet`."""
        concurrency = 1 if alone else partner.concurrency
        if partner.rate_per_second is None and concurrency is None:
            yield
            return
        if partner.rate_per_second is not None:
            await self._wait_for_the_rate(claimed, partner.partner_id, partner.rate_per_second)
        async with self._slot(claimed, partner.partner_id, concurrency, receipt, alone=alone):
            if not receipt.time_for(LEFT / SECOND):  # what came before has used up what the POST may need
                raise NotYet(now() + SECOND)
            yield

    @asynccontextmanager
    async def _slot(
        self, claimed: Notification, partner_id: int, concurrency: int | None, receipt: Receipt, *, alone: bool
    ) -> AsyncIterator[None]:
        """One of the partner's slots, if it has a concurrency; for some time after the POST as well where `alone`."""
        if concurrency is None:
            yield
            return
        async with self._one_of(partner_id, concurrency, receipt):
            slot = await self._ask(self.shared.take_slot, partner_id, concurrency, claimed.claim_id or "", now())
            if slot is None:
                raise self._no_slot(receipt)
            try:
                yield
            finally:
                await self._free_slot(claimed, slot, now() + BETWEEN_ALONE if alone else None)

    async def _wait_for_the_rate(self, claimed: Notification, partner_id: int, per_second: int) -> None:
        reserved = claimed.reserved_at
        if reserved is None or now() > reserved + LATE:
            reserved = await self._ask(self.shared.reserve, partner_id, per_second, now())
        if reserved is None:
            raise NotYet(now() + HORIZON + round(self.spread() * HORIZON))
        wait = reserved - now()
        if wait > WAIT_HERE:
            raise NotYet(reserved - WAIT_HERE, reserved)
        if wait > 0:
            await self.pause(wait / SECOND)

    @asynccontextmanager
    async def _one_of(self, partner_id: int, concurrency: int, receipt: Receipt) -> AsyncIterator[None]:
        """One of as many POSTs of this process: those of one batch take turns, instead of coming back each."""
        here = self._here.setdefault((partner_id, concurrency), asyncio.Semaphore(concurrency))
        try:
            async with asyncio.timeout(WAIT_FOR_OTHERS / SECOND):
                await here.acquire()
        except TimeoutError:
            raise self._no_slot(receipt) from None
        try:
            yield
        finally:
            here.release()

    async def _free_slot(self, claimed: Notification, slot: int, at: int | None) -> None:
        try:
            await asyncio.to_thread(self.shared.free_slot, claimed.id.partner_id, slot, claimed.claim_id or "", at)
        except TableUnavailable:  # it is free when its time is over
            logger.warning("slot not freed", extra={"partner_id": claimed.id.partner_id}, exc_info=True)

    def _no_slot(self, receipt: Receipt) -> NotYet:
        pause = min(LONGEST_PAUSE, FIRST_PAUSE << min(receipt.received - 1, 5))
        return NotYet(now() + round(pause * (0.5 + self.spread())))

    async def _ask[**Arguments](
        self, ask: Callable[Arguments, int | None], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> int | None:
        """What the table says. While it does not answer, no limit can be kept, so that nothing is sent."""
        try:
            return await asyncio.to_thread(ask, *arguments, **named)
        except TableUnavailable:
            logger.warning("limits unavailable", exc_info=True)
            raise NotYet(now() + MINUTE // 2 + round(self.spread() * MINUTE)) from None
