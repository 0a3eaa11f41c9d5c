"""The lease of a recovery's worker, so that each recovery has one worker at a time."""

from dataclasses import dataclass
from typing import Protocol

from herald.domain.breakers.breaker import BreakerState
from herald.domain.clock import MINUTE, SECOND, now
from herald.domain.partner import Partner

LEASE = MINUTE
RENEW_WITH = 30 * SECOND  # left of the lease


class RecoveryLost(Exception):
    """The breaker has opened again, or another worker has the recovery."""


class RecoveringPartners(Protocol):
    """The partners: `herald.store.partner_table.PartnerTable`."""

    def get(self, partner_id: int, /) -> Partner | None:
        """The partner as it is stored, or None."""


class RecoveryStore(Protocol):
    """The breakers: `herald.store.partner_attributes.breaker_store.BreakerStore`.

    Each returns the partner as written, None if refused.
    """

    def take_recovery(self, partner_id: int, worker: str, now: int, until: int, /) -> Partner | None:
        """Makes the caller the only worker until then, or extends that."""

    def release_recovery(self, partner_id: int, worker: str, /) -> Partner | None:
        """Leaves the recovery to the next worker."""

    def end_recovery(self, partner_id: int, worker: str, /) -> Partner | None:
        """Everything was brought forward."""


@dataclass
class RecoveryLease:
    """A worker's lease of a partner's recovery, until the moment `until` (ms)."""

    partners: RecoveringPartners
    breakers: RecoveryStore
    partner_id: int
    worker: str
    until: int = 0

    def take(self) -> Partner:
        """Takes or extends it. Raises `RecoveryLost`."""
        until = now() + LEASE
        partner = self.breakers.take_recovery(self.partner_id, self.worker, now(), until)
        if partner is None:
            raise RecoveryLost
        self.until = until
        return partner

    def renew(self) -> None:
        """Extends it where it ends soon. Raises `RecoveryLost`."""
        if self.until - now() < RENEW_WITH:
            self.take()

    def recovering_since(self) -> int:
        """When the breaker closed (ms), as the partner is stored now. Raises `RecoveryLost`."""
        self.renew()
        partner = self.partners.get(self.partner_id)
        breaker = partner.breaker if partner else None
        if breaker is None or breaker.state is not BreakerState.RECOVERING or breaker.recovery_id != self.worker:
            raise RecoveryLost
        return breaker.recovering_since or 0
