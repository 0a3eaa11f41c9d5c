"""The scenarios: three invented partners, how their servers answer, and how each must end."""

import json
from dataclasses import dataclass
from typing import Any

from herald.domain.clock import SECOND
from herald.domain.ladder import Ladder

LADDER = "1s 2s 3s"
RUNGS = tuple(wait / SECOND for wait in Ladder.parse(LADDER).waits)  # the same, in seconds


@dataclass(frozen=True, slots=True)
class Scenario:
    """One partner's scenario. `script` is how its server answers; `tries` how many attempts each round takes."""

    title: str
    partner_id: int
    partner: str
    script: str
    body: dict[str, Any]
    method: str
    tries: tuple[int, ...]

    @property
    def path(self) -> str:
        """The partner's path on the sample server."""
        return f"partner-{self.partner_id}"

    @property
    def ends_at_the_operator(self) -> bool:
        """Whether a person has to help: the first round ends among the dead letters."""
        return len(self.tries) > 1

    def payload(self) -> bytes:
        """The envelope as a publisher sends it."""
        envelope = {
            "code": 10000,
            "describe": "執行成功",
            "partnerId": self.partner_id,
            "method": self.method,
            "body": self.body,
        }
        return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()


SCENARIOS = (
    Scenario(
        title="delivered at once",
        partner_id=3528,
        partner="Lakeside Travel",
        script="200 success",
        method="snNotify",
        body={
            "orderId": "LT-20261123-07",
            "LHOrderId": "15354",
            "orderStatus": 9,
            "orderQuantity": 3,
            "usedQuantity": 1,
            "sncode": "411258698456",
        },
        tries=(1,),
    ),
    Scenario(
        title="failed twice, then delivered",
        partner_id=4107,
        partner="Harbour Tickets",
        script="503 maintenance once then 200 SUCCESS once then 200 success",
        method="reNotify",
        body={
            "orderId": "HT/88-1204",
            "LHOrderId": "900000000000000124",
            "orderStatus": 6,
            "quantity": 1,
            "reQuantity": 2,
            "refundId": "R-77",
        },
        tries=(3,),
    ),
    Scenario(
        title="ladder exhausted, dead letter, redriven, delivered",
        partner_id=5230,
        partner="Cloud Peak Tours",
        script="500 out of order",
        method="snNotify",
        body={
            "orderId": "CPT5581",
            "LHOrderId": 9007199254740993,
            "orderStatus": 8,
            "orderQuantity": 2,
            "usedQuantity": 2,
            "sncode": "880000000003,880000000004",
        },
        tries=(1 + len(RUNGS), 1),
    ),
)
