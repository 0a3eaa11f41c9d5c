"""The publishers of a soak: they submit, and submit again until the answer is `success`."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from threading import Event, Lock

from herald.domain.clock import now
from tools.common.api_client import ApiClient
from tools.common.errors import CliError
from tools.prove.books.evidence import Accepted
from tools.prove.partners import PARTNERS

_AGAIN = 0.05  # share of the accepted ones that are submitted once more
_PAUSE = 0.5  # seconds between two tries

type Wait = Callable[[float], bool]  # for so many seconds; True where the soak is over


@dataclass
class Ledger:
    """What was accepted so far, by id, in the order of acceptance. Safe to use from several threads."""

    unknown: int = 0  # submissions whose answer was no `success`
    again: int = 0  # submissions of what had been accepted
    _accepted: dict[str, Accepted] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def add(self, name: str, accepted: Accepted) -> None:
        """Writes down that it was accepted; the first time counts."""
        with self._lock:
            self.again += name in self._accepted
            self._accepted.setdefault(name, accepted)

    def not_known(self) -> None:
        """Counts a submission without `success`."""
        with self._lock:
            self.unknown += 1

    def accepted(self) -> dict[str, Accepted]:
        """All of them."""
        with self._lock:
            return dict(self._accepted)

    def some(self, random: Random) -> tuple[str, Accepted] | None:
        """One of the last hundred."""
        with self._lock:
            names = list(self._accepted)[-100:]
            if not names:
                return None
            name = random.choice(names)
            return name, self._accepted[name]


@dataclass
class Publisher:
    """One publisher: `per_second` new notifications, for all partners in turn."""

    number: int
    api: ApiClient
    ledger: Ledger
    random: Random
    per_second: float

    def publish(self, wait: Wait) -> None:
        """Submits until the soak is over; what was begun is submitted until it is accepted."""
        order = 0
        while not wait(self.random.expovariate(self.per_second)):
            again = self.ledger.some(self.random) if self.random.random() < _AGAIN else None
            if again:
                self._submit(again[1].partner_id, again[1].payload)
            else:
                order += 1
                partner = PARTNERS[order % len(PARTNERS)].number
                self._submit(partner, self._payload(partner, order))

    def _submit(self, partner_id: int, payload: bytes) -> None:
        while True:
            try:
                done = self.api.send(payload)
            except CliError:
                self.ledger.not_known()
                Event().wait(_PAUSE)
            else:
                self.ledger.add(done.notification_id, Accepted(partner_id=partner_id, payload=payload, at=now()))
                return

    def _payload(self, partner_id: int, order: int) -> bytes:
        used = self.random.randint(1, 3)
        body = {
            "orderId": f"P{self.number}-{order}",
            "LHOrderId": str(order),
            "orderStatus": 9,
            "orderQuantity": 3,
            "usedQuantity": used,
        }
        content = {"code": 10000, "describe": "執行成功", "partnerId": partner_id, "method": "snNotify", "body": body}
        return json.dumps(content, ensure_ascii=False).encode()
