"""The operators of a soak: they redrive, resolve, cancel, suspend, resume and run jobs, and note what was answered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from herald.domain.clock import now
from tools.common.api_client import ApiClient
from tools.common.errors import CliError, Refused
from tools.prove.books.evidence import Decision
from tools.prove.journal import Journal, What
from tools.prove.partners import PARTNERS
from tools.prove.publishing import Ledger, Wait
from tools.sample_partner import SamplePartners

_EVERY = 1.2  # seconds between two decisions, on average
_SUSPENDED = (3.0, 20.0)  # seconds
_UNDER_WAY = 1_200  # ms since the POST began: the answer to the operator may still come before its end
_LOOKED_AT = 20  # POSTs at a partner, the last ones
_DONE = 500  # codes below this x 100 were answered by Herald itself: nothing took effect
_REASON = "a soak"


@dataclass
class Operator:
    """One operator, who does one thing after the other. `decisions` are those that may have taken effect."""

    api: ApiClient
    server: SamplePartners
    ledger: Ledger
    journal: Journal
    random: Random
    decisions: list[Decision] = field(default_factory=list)
    suspended: dict[int, int] = field(default_factory=dict)  # until when (ms), by partner

    def work(self, wait: Wait) -> None:
        """Decides until the soak is over."""
        while not wait(self.random.expovariate(1 / _EVERY)):
            self._resume(now())
            what = self.random.choices(
                (self._close_under_way, self._close_any, self._redrive_any, self._suspend, self._run_job),
                (5, 2, 3, 0.6, 0.6),
            )[0]
            what()

    def resume_all(self) -> None:
        """Every partner may receive again. Raises `CliError` where the API does not answer."""
        for partner_id in list(self.suspended):
            self._resume_one(partner_id)

    def _resume_one(self, partner_id: int) -> None:
        """Whether its suspension took effect is not always known."""
        if self.api.partner(partner_id)["state"] == "suspended":
            self.api.act_on_partner(partner_id, "resume", {"reason": _REASON})
        del self.suspended[partner_id]

    def _close_under_way(self) -> None:
        """What a partner's server was asked last and has not answered yet."""
        last = [
            (one.at, one.headers["webhook-id"], partner.number)
            for partner in PARTNERS
            for one in self.server.received(partner.path)[-_LOOKED_AT:]
            if one.answered_at is None
        ]
        if last:
            at, name, partner_id = max(last)
            if now() - at < _UNDER_WAY:
                self._decide(self.random.choice(("resolve", "cancel")), name, partner_id)

    def _close_any(self) -> None:
        if found := self.ledger.some(self.random):
            self._decide(self.random.choice(("resolve", "cancel")), found[0], found[1].partner_id)

    def _redrive_any(self) -> None:
        accepted = self.ledger.accepted()
        if accepted:
            name = self.random.choice(list(accepted))
            self._decide("redrive", name, accepted[name].partner_id)

    def _decide(self, action: str, name: str, partner_id: int) -> None:
        digest = name.rpartition("_")[2]
        with self._noted(action, digest, str(partner_id)) as note:
            note(Decision(action=action, id=name, partner_id=partner_id, asked_at=now(), answered_at=None))
            self.api.act_on_notification(name, action, _REASON, None)

    def _suspend(self) -> None:
        partner_id = self.random.choice(PARTNERS).number
        if partner_id not in self.suspended:
            self.suspended[partner_id] = now() + round(self.random.uniform(*_SUSPENDED) * 1000)
            with self._noted("suspend", str(partner_id)):
                self.api.act_on_partner(partner_id, "suspend", {"reason": _REASON})

    def _resume(self, moment: int) -> None:
        for partner_id, until in list(self.suspended.items()):
            if until <= moment:
                with self._noted("resume", str(partner_id)):
                    self._resume_one(partner_id)

    def _run_job(self) -> None:
        partner_id = self.random.choice(PARTNERS).number
        action = self.random.choice(("redrive", "redrive", "redrive", "resolve", "cancel"))
        state = "failed" if action == "redrive" else self.random.choice(("failed", "held"))
        wish = {"action": action, "filter": {"partnerId": partner_id, "state": state}, "reason": _REASON}
        with self._noted(f"job {action}", str(partner_id)) as note:
            note(Decision(action=action, id=None, partner_id=partner_id, asked_at=now(), answered_at=None))
            self.api.start_job(wish)

    @contextmanager
    def _noted(self, kind: str, *about: str) -> Iterator[Callable[[Decision], None]]:
        """Notes the request and its answer. One that Herald refused is forgotten: it has not taken effect."""
        noted: list[Decision] = []
        self.journal.note(What.OPERATOR, kind, *about)
        try:
            yield noted.append
        except CliError as error:
            self.journal.note(What.OPERATOR, f"{kind}: no", *about, detail=str(error))
            if isinstance(error, Refused) and (error.code or 0) < _DONE * 100:
                return
        else:
            noted = [
                Decision(
                    action=one.action, id=one.id, partner_id=one.partner_id, asked_at=one.asked_at, answered_at=now()
                )
                for one in noted
            ]
            self.journal.note(What.OPERATOR, f"{kind}: done", *about)
        self.decisions += noted
