"""One partner in memory with its breaker, for the tests that try thousands of sequences.

`tests/integration/store/test_fake_breakers.py` holds it to what PartnerTable and BreakerStore do against moto.
"""

from dataclasses import fields, replace
from typing import Any

from herald.domain.breakers.breaker import PROBE_TIME, RESERVE, Breaker, BreakerState, Reserved, mark_of, without
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner
from herald.store.partner_table import PartnerConflict


class MemoryPartner:
    """PartnerTable and BreakerStore, of one partner."""

    def __init__(self, partner: Partner) -> None:
        self.partner = partner

    # ── PartnerTable ──

    def get(self, _partner_id: int) -> Partner:
        return self.partner

    def get_cached(self, _partner_id: int, _now: int) -> Partner:
        return self.partner

    def cached(self, _partner_id: int, _now: int) -> Partner:
        return self.partner

    def get_and_cache(self, _partner_id: int, _now: int) -> Partner:
        return self.partner

    def cache(self, partner: Partner, now: int) -> None:
        pass

    def save(self, before: Partner, after: Partner) -> None:
        stands, opens = self.partner, after.breaker.is_open and not before.breaker.is_open
        forgotten = not stands.breaker.outages or stands.breaker.outages < before.breaker.outages
        if stands.version != before.version or (opens and forgotten):
            if (stands.version, stands.history) == (after.version, after.history):
                return  # the same call again
            raise PartnerConflict(stands)
        whole = (before.breaker.opened_at, before.breaker.recovering_since) != (
            after.breaker.opened_at,
            after.breaker.recovering_since,
        )
        breaker = after.breaker if whole else replace(stands.breaker, **_changes(before.breaker, after.breaker))
        self.partner = replace(after, breaker=breaker)

    # ── BreakerStore ──

    def count_outage(self, notification_id: NotificationId, began_at: int, ended_at: int) -> Partner | None:
        one = self.partner.breaker
        if one.is_open:
            return None
        first = began_at if one.first_outage_at is None else one.first_outage_at
        marks = one.outage_marks | {mark_of(notification_id)}
        return self._set(outages=one.outages + 1, first_outage_at=first, last_outage_at=ended_at, outage_marks=marks)

    def forget_outages(self, _partner_id: int) -> Partner | None:
        one = self.partner.breaker
        if one.is_open or not one.outages:
            return None
        return self._set(outages=0, first_outage_at=None, last_outage_at=None, outage_marks=frozenset())

    def take_probe(self, partner: Partner, probe: Reserved, probe_id: str, now: int, *, asked: bool) -> Partner | None:
        one = self.partner.breaker
        mine = one.probe_id == probe_id
        if not one.is_open or not (mine or (not one.is_probing(now) if asked else one.probe_is_due(now))):
            return None
        left = without(partner.breaker.reserve, probe.id)
        return self._set(probe_id=probe_id, probe_until=now + PROBE_TIME, reserve=left)

    def fail_probe(self, _partner_id: int, probe_id: str, probe_at: int) -> Partner | None:
        one = self.partner.breaker
        if not one.is_open or one.probe_id != probe_id:
            return None
        return self._set(probe_at=probe_at, probes=one.probes + 1, probe_id=None, probe_until=None)

    def return_probe(self, _partner_id: int, probe_id: str) -> Partner | None:
        one = self.partner.breaker
        if not one.is_open or one.probe_id != probe_id:
            return None
        return self._set(probe_id=None, probe_until=None)

    def add_to_reserve(self, _partner: Partner, added: Reserved) -> Partner | None:
        one = self.partner.breaker
        if not one.is_open or len(one.reserve) >= RESERVE:
            return None
        return self._set(reserve=(*one.reserve, added))

    def note_waiting(self, _partner_id: int, waiting: int) -> Partner | None:
        return self._set(waiting=waiting) if self.partner.breaker.is_open else None

    def take_recovery(self, _partner_id: int, worker: str, now: int, until: int) -> Partner | None:
        one = self.partner.breaker
        free = not one.has_recovery_worker(now) or one.recovery_id == worker
        if one.state is not BreakerState.RECOVERING or not free:
            return None
        return self._set(recovery_id=worker, recovery_until=until)

    def release_recovery(self, _partner_id: int, worker: str) -> Partner | None:
        if self.partner.breaker.recovery_id != worker:
            return None
        return self._set(recovery_id=None, recovery_until=None)

    def end_recovery(self, _partner_id: int, worker: str) -> Partner | None:
        one = self.partner.breaker
        if one.is_open or one.recovery_id != worker:
            return None
        return self._set(recovering_since=None, held_since=None, recovery_id=None, recovery_until=None)

    def _set(self, **changes: Any) -> Partner:
        self.partner = replace(self.partner, breaker=replace(self.partner.breaker, **changes))
        return self.partner


def _changes(before: Breaker, after: Breaker) -> dict[str, Any]:
    names = [one.name for one in fields(Breaker)]
    return {name: getattr(after, name) for name in names if getattr(before, name) != getattr(after, name)}
