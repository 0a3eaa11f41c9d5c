"""A local run to look at: notifications to partners of every kind, on an engine of its own, and what it measured."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from herald.domain.clock import now
from tools.cloudwatch.measurements import Measurements, Metric
from tools.dashboards.stack_logs import names_of, read_logs
from tools.dashboards.workload import CANARY, Report, run_workload
from tools.demo.environment import DemoEnvironment
from tools.local_engine.engine import Engine
from tools.local_stack.deploying import build, deploy
from tools.local_stack.stack import Stack
from tools.sample_partner import SamplePartners

PARAMETERS = {
    "Ladder": "2s 4s 8s",
    "AttemptTimeout": "2",
    "DispatchEvery": "13",  # the run polls when it wants one
    "CanaryPartnerId": CANARY,
}
LOOK_EVERY = 1.0  # seconds
POLL_EVERY = 10  # looks


@dataclass
class Run:
    """What there is to look at afterwards."""

    measured: Measurements = field(default_factory=Measurements)
    lines: dict[str, list[str]] = field(default_factory=dict)  # of each function's log, by its logical id
    names: dict[str, str] = field(default_factory=dict)  # what the template's `${…}` stand for


def run(home: Path, count: int, report: Report) -> Run:
    """Deploys, submits `count` notifications, waits until nothing more happens by itself, reads what was measured."""
    report("building and deploying")
    build()
    engine = Engine.start(home, port=0)
    try:
        stack = deploy(engine, "herald", PARAMETERS)
        found = Run(names=names_of(engine, stack))
        with SamplePartners() as server, _looking(engine, stack, found):
            run_workload(DemoEnvironment(engine, stack), server, count, report)
        found.lines = read_logs(engine, stack, found.measured)
    finally:
        engine.stop()
    return found


@contextmanager
def _looking(engine: Engine, stack: Stack, found: Run) -> Iterator[None]:
    """Meanwhile a thread polls and submits canaries, as the schedules would, and reads the depth of the queues."""
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
