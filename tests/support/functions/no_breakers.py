"""A deliverer without breakers, for the tests of everything else."""

from typing import TypedDict

from deliverer.breakers.breaker_gate import BreakerGate
from deliverer.breakers.breaker_report import BreakerReport
from herald.messaging.job_queue import JobQueue
from tests.support.factories import a_partner
from tests.support.fake_breakers import MemoryPartner
from tests.support.fake_store import MemoryQueue


class Breakers(TypedDict):
    """The arguments of `Delivery`."""

    gate: BreakerGate
    report: BreakerReport


def no_breakers(queue: MemoryQueue) -> Breakers:
    """As with `Breaker=Off`."""
    one = MemoryPartner(a_partner())
    gate = BreakerGate(partners=one, breakers=one, queue=queue, new_probe_id=lambda: "p", enabled=False)
    recoveries = JobQueue("")
    report = BreakerReport(partners=one, breakers=one, queue=queue, recoveries=recoveries, enabled=False)
    return {"gate": gate, "report": report}
