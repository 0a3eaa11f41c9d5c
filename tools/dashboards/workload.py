"""What happens in the run: notifications to partners of every kind, and at last a person who helps one of them."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tools.common.api_client import ApiClient
from tools.common.errors import Unreachable
from tools.demo.environment import DemoEnvironment
from tools.sample_partner import SamplePartners

CANARY = "900001"
_SUBMITTERS = 4
_TRIES = 5  # as a publisher does where nobody answers: twice does no harm
_LOOK_EVERY = 1.0  # seconds

type Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Customer:
    """A partner of the run: how its server answers, and its share of the notifications."""

    partner_id: int
    name: str
    script: str
    share: float


OUT_OF_ORDER = Customer(6102, "Cloud Peak Tours", "500 out of order", 0.10)
CUSTOMERS = (
    Customer(3528, "Lakeside Travel", "success", 0.40),
    Customer(7001, "Harbour Tickets", "success", 0.30),
    Customer(4107, "West Gate", "success x60 then 503 x80 then success x60 then 503 x40 then success", 0.15),
    Customer(5230, "Slow Boat", "hang", 0.05),
    OUT_OF_ORDER,
)


def run_workload(environment: DemoEnvironment, server: SamplePartners, count: int, report: Report) -> None:
    """All of it: submitted, delivered or given up; then the one that was out of order is repaired, and told again."""
    for customer in CUSTOMERS:
        _register(environment.api("operator"), server, customer)
    payloads = [_payload(customer, n) for customer in CUSTOMERS for n in range(round(count * customer.share))]
    report(f"submitting {len(payloads)} notifications")
    _submit_all(environment.api("publisher"), payloads[::3] + payloads[1::3] + payloads[2::3])
    report("waiting until nothing more happens by itself")
    _wait(environment)
    report(f"{OUT_OF_ORDER.name} is repaired: a job redrives what failed")
    server.configure(str(OUT_OF_ORDER.partner_id), "success")
    which = {"partnerId": OUT_OF_ORDER.partner_id, "state": "failed"}
    operator = environment.api("operator")
    job = operator.start_job({"action": "redrive", "filter": which, "reason": "repaired"})
    _until(lambda: operator.job(job["jobId"])["state"] != "running")
    _wait(environment)


def _register(operator: ApiClient, server: SamplePartners, customer: Customer) -> None:
    name = str(customer.partner_id)
    server.configure(name, "success")
    operator.create_partner({"partnerId": customer.partner_id, "name": customer.name, "url": server.url(name)})
    operator.act_on_partner(customer.partner_id, "test", {})
    operator.act_on_partner(customer.partner_id, "approve", {"reason": "for the picture"})
    server.configure(name, customer.script)


def _submit_all(publisher: ApiClient, payloads: list[bytes]) -> None:
    with ThreadPoolExecutor(_SUBMITTERS) as threads:
        list(threads.map(lambda payload: _submit(publisher, payload), payloads))


def _submit(publisher: ApiClient, payload: bytes) -> None:
    for tries in range(_TRIES):
        try:
            publisher.send(payload)
        except Unreachable:
            if tries == _TRIES - 1:
                raise
        else:
            return


def _wait(environment: DemoEnvironment) -> None:
    """Until the due index is empty but for canaries: nothing waits, and whatever failed was told."""
    table, dynamodb = environment.stack.tables["NotificationTable"], environment.engine.client("dynamodb")
    others = "NOT begins_with(order_key, :canary)"
    query = {"IndexName": "due", "FilterExpression": others, "ExpressionAttributeValues": {":canary": {"S": CANARY}}}
    _until(lambda: dynamodb.scan(TableName=table, Select="COUNT", **query)["Count"] == 0)
    environment.poll()


def _until(is_so: Callable[[], bool]) -> None:
    pause = threading.Event()
    while not is_so():
        pause.wait(_LOOK_EVERY)


def _payload(customer: Customer, n: int) -> bytes:
    body = {"orderId": f"R{n}", "LHOrderId": str(n), "orderStatus": 9, "orderQuantity": 1, "usedQuantity": 1}
    envelope = {"code": 10000, "describe": "ok", "partnerId": customer.partner_id, "method": "snNotify", "body": body}
    return json.dumps(envelope).encode()
