"""A local run to look at: notifications to partners of every kind, on an engine of its own, and what it measured."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from herald.clock import now
from tools.dashboards.measurements import Measurements, Metric
from tools.dashboards.stack_logs import names_of, read_logs
from tools.demo.stage import Stage
from tools.herald_cli.api_client import ApiClient
from tools.herald_cli.errors import Unreachable
from tools.local_engine import Engine, Stack, build, deploy
from tools.sample_partner import SamplePartners

PARAMETERS = {
    "Ladder": "2s 4s 8s",
    "AttemptTimeout": "2",
    "DispatchEvery": "13",  # the run polls when it wants one
    "CanaryPartnerId": "900001",
}
LOOK_EVERY = 1.0  # seconds
POLL_EVERY = 10  # looks
_SUBMITTERS = 4
_TRIES = 5  # as a publisher does where nobody answers: twice does no harm

type Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Customer:
    """A partner of the run: how its server answers, and its share of the notifications."""

    partner_id: int
    name: str
    script: str
    share: float


CUSTOMERS = (
    Customer(3528, "Lakeside Travel", "success", 0.40),
    Customer(7001, "Harbour Tickets", "success", 0.30),
    Customer(4107, "West Gate", "503 once then success", 0.15),
    Customer(5230, "Slow Boat", "hang", 0.05),
    Customer(6102, "Cloud Peak Tours", "500 out of order", 0.10),
)


@dataclass
class Run:
    """What there is to look at afterwards."""

    measured: Measurements = field(default_factory=Measurements)
    lines: dict[str, list[str]] = field(default_factory=dict)  # of each function's log, by its logical id
    names: dict[str, str] = field(default_factory=dict)  # what the template's `${…}` stand for


def run(home: Path, count: int, tell: Tell) -> Run:
    """Deploys, submits `count` notifications, waits until nothing more happens by itself, reads what was measured."""
    tell("building and deploying")
    build()
    engine = Engine.start(home, port=0)
    try:
        stack = deploy(engine, "herald", PARAMETERS)
        found = Run(names=names_of(engine, stack))
        with SamplePartners() as server, _looking(engine, stack, found):
            _play(Stage(engine, stack), server, count, tell)
        found.lines = read_logs(engine, stack, found.measured)
    finally:
        engine.stop()
    return found


def _play(stage: Stage, server: SamplePartners, count: int, tell: Tell) -> None:
    operator, publisher = stage.api("operator"), stage.api("publisher")
    for customer in CUSTOMERS:
        server.tell(str(customer.partner_id), "success")
        url = server.url(str(customer.partner_id))
        operator.create_partner({"partnerId": customer.partner_id, "name": customer.name, "url": url})
        operator.act_on_partner(customer.partner_id, "test", {})
        operator.act_on_partner(customer.partner_id, "approve", {"reason": "for the picture"})
        server.tell(str(customer.partner_id), customer.script)
    payloads = [_payload(customer, n) for customer in CUSTOMERS for n in range(round(count * customer.share))]
    mixed = payloads[::3] + payloads[1::3] + payloads[2::3]
    tell(f"submitting {len(mixed)} notifications")
    with ThreadPoolExecutor(_SUBMITTERS) as threads:
        list(threads.map(lambda payload: _submit(publisher, payload), mixed))
    tell("waiting until nothing more happens by itself")
    _wait(stage)


def _submit(publisher: ApiClient, payload: bytes) -> None:
    for tries in range(_TRIES):
        try:
            publisher.send(payload)
        except Unreachable:
            if tries == _TRIES - 1:
                raise
        else:
            return


def _wait(stage: Stage) -> None:
    """Until the due index is empty: nothing waits, and whatever failed was told."""
    table, dynamodb = stage.stack.tables["NotificationTable"], stage.engine.client("dynamodb")
    pause = threading.Event()
    while dynamodb.scan(TableName=table, IndexName="due", Select="COUNT")["Count"]:
        pause.wait(LOOK_EVERY)
    stage.poll()


def _payload(customer: Customer, n: int) -> bytes:
    body = {"orderId": f"R{n}", "LHOrderId": str(n), "orderStatus": 9, "orderQuantity": 1, "usedQuantity": 1}
    envelope = {"code": 10000, "describe": "ok", "partnerId": customer.partner_id, "method": "snNotify", "body": body}
    return json.dumps(envelope).encode()


@contextmanager
def _looking(engine: Engine, stack: Stack, found: Run) -> Iterator[None]:
    """Meanwhile a second thread polls and lets canaries fly, as the schedules would, and looks at the queues."""
    over = threading.Event()
    looker = threading.Thread(target=_look, args=(engine, stack, found, over))
    looker.start()
    try:
        yield
    finally:
        over.set()
        looker.join()


def _look(engine: Engine, stack: Stack, found: Run, over: threading.Event) -> None:
    sqs, lambdas, looks = engine.client("sqs"), engine.client("lambda"), 0
    while not over.wait(LOOK_EVERY):
        looks += 1
        with suppress(BotoCoreError, ClientError):  # a look that fails is a point that is missing in the picture
            for url in stack.queues.values():
                _note_depth(sqs, url, found.measured)
            if looks % POLL_EVERY == 0:
                lambdas.invoke(FunctionName=stack.functions["DispatcherFunction"])
                event = json.dumps({"apiUrl": stack.api_url})
                lambdas.invoke(FunctionName=stack.functions["CanaryFunction"], Payload=event, InvocationType="Event")


def _note_depth(sqs: Any, url: str, measured: Measurements) -> None:  # noqa: ANN401 - boto3 makes its classes as it runs
    kinds = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    seen = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(kinds))["Attributes"]
    queue = frozenset({("QueueName", url.rpartition("/")[2])})
    for kind in kinds:
        name = kind.replace("Messages", "MessagesVisible") if kind == kinds[0] else kind
        measured.add(Metric("AWS/SQS", name, queue), now(), [float(seen[kind])])
