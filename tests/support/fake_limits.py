"""LimitTable in memory, and the deliverer's limits with it."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from deliverer.partner_limits import PartnerLimits
from herald.domain.clock import SECOND
from herald.store.limit_table import HORIZON, SLOT_TIME


@dataclass
class MemoryLimits:
    """The same answers as those of `LimitTable`, by partner."""

    next_at: dict[int, int] = field(default_factory=dict)
    freed: dict[int, int] = field(default_factory=dict)  # since when
    slots: dict[int, dict[int, tuple[str, int]]] = field(default_factory=lambda: defaultdict(dict))  # holder, until

    def reserve(self, partner_id: int, per_second: int, now: int) -> int | None:
        reserved = max(now, self.next_at.get(partner_id, now))
        if reserved > now + HORIZON:
            return None
        self.next_at[partner_id] = reserved + -(-SECOND // per_second)
        return reserved

    def free_moments(self, partner_id: int, since: int) -> None:
        if self.freed.get(partner_id, since - 1) < since and self.next_at.pop(partner_id, None) is not None:
            self.freed[partner_id] = since

    def take_slot(self, partner_id: int, concurrency: int, holder: str, now: int) -> int | None:
        slots = self.slots[partner_id]
        free = (slot for slot in range(concurrency) if slots.get(slot, ("", 0))[1] <= now)
        slot = next(free, None)
        if slot is not None:
            slots[slot] = holder, now + SLOT_TIME
        return slot

    def free_slot(self, partner_id: int, slot: int, holder: str, at: int | None = None) -> None:
        if self.slots[partner_id].get(slot, ("", 0))[0] != holder:
            return
        if at is None:
            del self.slots[partner_id][slot]
        else:
            self.slots[partner_id][slot] = holder, at


def memory_limits(pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> PartnerLimits:
    """What admits POSTs, with a count of its own; messages come back after the middle of each range."""
    return PartnerLimits(shared=MemoryLimits(), pause=pause, spread=lambda: 0.5)
