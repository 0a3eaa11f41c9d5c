"""Partners and notifications of a measured outage: one server that hangs, and good ones beside it."""

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import batched, chain

from herald.contract.envelope import parse_envelope
from herald.domain.notification import Notification, receive
from herald.store.attribute_values import to_wire
from herald.store.items.notification_item import to_item
from tools.common.api_client import ApiClient
from tools.local_engine.engine import Engine
from tools.sample_partner import SamplePartners

SICK = 6102
_FIRST_GOOD = 7001
_IN_ONE_REQUEST = 25  # items, DynamoDB's limit
_AT_ONCE = 4  # requests


@dataclass(frozen=True, slots=True)
class Scale:
    """How many notifications the sick partner has, how many good partners there are, how many each of those has."""

    of_sick: int = 2_000
    good_partners: int = 20
    of_each_good: int = 50

    @property
    def good(self) -> list[int]:
        """The numbers of the good partners."""
        return [_FIRST_GOOD + place for place in range(self.good_partners)]

    def for_good(self, first_order: int = 0) -> list[tuple[int, int]]:
        """(Partner, order) of the good partners' notifications, partner after partner in turn."""
        return [(one, first_order + n) for n in range(self.of_each_good) for one in self.good]

    def for_all(self, first_order: int) -> list[tuple[int, int]]:
        """The same, evenly among the notifications of the sick partner."""
        good, sick = self.for_good(first_order), [(SICK, n) for n in range(self.of_sick)]
        places = chain(
            ((place / len(good), one) for place, one in enumerate(good)),
            ((place / len(sick), one) for place, one in enumerate(sick)),
        )
        return [one for _, one in sorted(places)]


def register(operator: ApiClient, server: SamplePartners, partner_id: int) -> None:
    """Registers a partner of this server, tests and approves it."""
    name = str(partner_id)
    operator.create_partner({"partnerId": partner_id, "name": f"Partner {name}", "url": server.url(name)})
    operator.act_on_partner(partner_id, "test", {})
    operator.act_on_partner(partner_id, "approve", {"reason": "for the measurement"})
    server.forget(name)


def accepted(orders: Sequence[tuple[int, int]], moment: int) -> list[Notification]:
    """Those (partner, order) as the receiver stores them, accepted a millisecond apart from `moment` (ms) on."""
    return [_accepted(partner_id, order, moment + place) for place, (partner_id, order) in enumerate(orders)]


def store(engine: Engine, table: str, those: Iterable[Notification]) -> None:
    """Writes them into the table, without the API: what is measured begins when they are due."""
    dynamodb = engine.client("dynamodb")

    def write(some: tuple[Notification, ...]) -> None:
        dynamodb.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": to_wire(to_item(n))}} for n in some]})

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        list(threads.map(write, batched(those, _IN_ONE_REQUEST, strict=False)))


def _accepted(partner_id: int, order: int, moment: int) -> Notification:
    body = {"orderId": f"R{order}", "LHOrderId": "1", "orderStatus": 9, "orderQuantity": 1, "usedQuantity": 1}
    content = {"code": 10000, "describe": "ok", "partnerId": partner_id, "method": "snNotify", "body": body}
    text = json.dumps(content)
    return receive(parse_envelope(text).id, text, moment, at_once=False)
