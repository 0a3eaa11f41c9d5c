"""When the report of an attempt to the breaker needs no thread: where it would do nothing."""

from dataclasses import replace
from typing import Any, override

import pytest

from deliverer.attempt_log import attempt_of
from deliverer.breakers.breaker_gate import Permit
from deliverer.breakers.breaker_report import BreakerReport
from herald.domain.attempt import Outcome, Verdict
from herald.domain.breakers.breaker import Breaker
from herald.domain.partner import Partner
from tests.support.factories import NOON, PARTNER_ID, a_notification, a_partner, an_outcome
from tests.support.fake_breakers import MemoryPartner
from tests.support.fake_store import MemoryQueue

BREAKERS = {
    "not in use": Breaker(),
    "with an outage": Breaker(outages=1, first_outage_at=NOON, last_outage_at=NOON),
    "open": Breaker(opened_at=NOON, probe_at=NOON),
    "recovering": Breaker(recovering_since=NOON),
}
OUTCOMES = {
    "success": an_outcome(success=True),
    "another answer": an_outcome(),
    "no answer": an_outcome(status=None, verdict=Verdict.TIMEOUT),
    "our fault": an_outcome(status=None, address=None, verdict=Verdict.OUR_FAULT),
}


class WatchedPartner(MemoryPartner):
    """Notes each call of a table."""

    def __init__(self, partner: Partner, *, known: bool) -> None:
        super().__init__(partner)
        self.known = known
        self.calls: list[str] = []

    @override
    def cached(self, _partner_id: int, _now: int) -> Any:
        return self.partner if self.known else None

    @override
    def get_cached(self, _partner_id: int, _now: int) -> Partner:
        if not self.known:
            self.calls.append("read")
        return self.partner

    @override
    def __getattribute__(self, name: str) -> Any:
        if name in {"save", "count_outage", "forget_outages", "fail_probe", "get_and_cache"}:
            self.calls.append(name)
        return super().__getattribute__(name)


class Recoveries:
    def send_recovery(self, _partner_id: int, _delay_seconds: int) -> None:
        """Nobody recovers here."""


def reported(breaker: Breaker, outcome: Outcome, permit: Permit, *, known: bool) -> tuple[bool, list[str]]:
    """Whether there was nothing to do, and which calls reporting it made all the same."""
    partner = WatchedPartner(replace(a_partner(), breaker=breaker), known=known)
    report = BreakerReport(partners=partner, breakers=partner, queue=MemoryQueue(), recoveries=Recoveries())
    claimed = replace(a_notification(), claim_id="c")
    attempt = attempt_of(claimed, "c", outcome)
    idle = report.has_nothing_to_do(permit, attempt)
    report.attempted(permit, claimed, attempt)
    return idle, partner.calls


@pytest.mark.parametrize("permit", [Permit(PARTNER_ID), Permit(PARTNER_ID, "probe")])
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES)
@pytest.mark.parametrize("breaker", BREAKERS.values(), ids=BREAKERS)
def test_where_there_is_nothing_to_do_nothing_is_read_or_written(
    breaker: Breaker, outcome: Outcome, permit: Permit, *, known: bool
) -> None:
    idle, calls = reported(breaker, outcome, permit, known=known)
    assert not (idle and calls)


@pytest.mark.parametrize("outcome", ["success", "another answer"])
def test_there_is_nothing_to_do_after_an_answer_of_a_partner_whose_breaker_is_not_in_use(outcome: str) -> None:
    assert reported(Breaker(), OUTCOMES[outcome], Permit(PARTNER_ID), known=True) == (True, [])
