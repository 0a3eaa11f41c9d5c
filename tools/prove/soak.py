"""The soak itself: disturbs the stand, lets everything come to an end, and keeps the evidence."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

from herald.domain.clock import SECOND, now
from tools.common.errors import CliError
from tools.common.waiting import becomes
from tools.local_engine.engine import Report
from tools.prove import harvest
from tools.prove.books.balance import Books, balance, broken_by
from tools.prove.books.evidence import Evidence
from tools.prove.disturbing import Outages, Poller
from tools.prove.journal import Journal, What
from tools.prove.operating import Operator
from tools.prove.partners import PARTNERS, register
from tools.prove.schedule import disturb
from tools.prove.stand import Plan, Stand, start

SHOWN: Final = 3  # notifications that broke a rule
_ENDS_WITHIN: Final = 420.0  # seconds
_LOOK_EVERY: Final = 3.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a soak leaves."""

    plan: Plan
    evidence: Evidence
    books: Books
    shown: dict[str, str]  # what `herald show` prints of the first notifications that broke a rule
    journal: Journal
    requests: int  # that the proxy passed on
    unknown: int  # submissions without `success`
    again: int  # submissions of what had been accepted
    polls: int
    ended: bool  # whether nothing waited at the end
    ended_after: float  # seconds from the end of the disturbances until then


def soak(home: Path, plan: Plan, report: Report) -> Ran:
    """Runs it; `home` is an empty folder, in which the journal stays."""
    with start(home, plan, report) as stand:
        operator = stand.environment.api("operator")
        for partner in PARTNERS:
            stand.secrets[partner.number] = register(operator, stand.server, partner, plan.seed)
        return _run(stand)


def _run(stand: Stand) -> Ran:
    plan, journal = stand.plan, stand.journal
    poller = Poller(stand.environment, journal, plan.random("polls"))
    api = stand.environment.api("operator")
    operator = Operator(api, stand.server, stand.ledger, journal, plan.random("operator"))
    outages = Outages(stand.server, journal, plan.random("outages"), plan.seed)
    stopped = Event()
    with ThreadPoolExecutor(1) as threads:
        watching = threads.submit(harvest.watch_time_limits, stand, stopped)
        try:
            disturb(stand, [poller.poll, operator.work, outages.alternate])
            healed_at = now()
            outages.heal()
            jumped_at = stand.go_forward()
            ended = _await_end(stand, poller, operator)
        finally:
            stopped.set()
        watching.result()
    evidence = harvest.evidence(stand, operator.decisions, jumped_at)
    books = balance(evidence)
    return Ran(
        plan=plan,
        evidence=evidence,
        books=books,
        shown={name: harvest.shown(stand, name) for name in broken_by(books)[:SHOWN]},
        journal=journal,
        requests=stand.aws.passed_on,
        unknown=stand.ledger.unknown,
        again=stand.ledger.again,
        polls=poller.done,
        ended=ended,
        ended_after=(now() - healed_at) / SECOND,
    )


def _await_end(stand: Stand, poller: Poller, operator: Operator) -> bool:
    """Polls until nothing waits and no job runs; False where that does not come."""
    journal = stand.journal

    def is_over() -> bool:
        poller.once()
        try:
            operator.resume_all()
            left = harvest.unfinished(stand)
        except CliError as fault:  # the API did not answer; the next look asks again
            journal.note(What.OPERATOR, "not answered", detail=str(fault))
            left = 1
        stand.report(f"everything comes to an end: {left} left")
        if left:
            Event().wait(_LOOK_EVERY)
        return not left

    return becomes(is_over, _ENDS_WITHIN)
