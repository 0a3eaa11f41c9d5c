"""The proxy between functions and AWS: what fails, and what takes effect nevertheless, with moto in AWS's place."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, override

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from tests.support.aws.aws_server import moto_server
from tools.prove.faulty_aws.faults import Fault, FaultChoice, Request
from tools.prove.faulty_aws.proxy import FaultyAws
from tools.prove.journal import Journal, What

ONCE = Config(read_timeout=1, retries={"total_max_attempts": 1})


class Always(FaultChoice):
    """The same fault for every request."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(1, 0, 0)
        self.fault = fault

    @override
    def choose(self, request: Request, since_begin: float) -> Fault | None:
        return self.fault

    @override
    def pause(self) -> float:
        return 0.1


class Queue:
    """A queue, once by the proxy and once without it."""

    def __init__(self, aws: FaultyAws, journal: Journal) -> None:
        self.aws, self.journal = aws, journal
        session = boto3.Session("test", "test", region_name="us-east-1")
        self.faulty: Any = session.client("sqs", endpoint_url=aws.url, config=ONCE)
        self.right: Any = session.client("sqs", endpoint_url=aws.target)
        self.url: str = self.right.create_queue(QueueName="q")["QueueUrl"]

    def send(self) -> None:
        self.faulty.send_message(QueueUrl=self.url, MessageBody="m")

    @property
    def count(self) -> int:
        name = "ApproximateNumberOfMessages"
        return int(self.right.get_queue_attributes(QueueUrl=self.url, AttributeNames=[name])["Attributes"][name])


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    journal = Journal(tmp_path / "journal")
    with moto_server() as target, FaultyAws(journal) as aws:
        aws.target = target
        yield Queue(aws, journal)
    journal.close()


def test_without_faults_requests_pass_and_nothing_is_noted(queue: Queue) -> None:
    queue.send()
    assert (queue.count, queue.aws.passed_on, queue.journal.entries()) == (1, 1, [])


@pytest.mark.parametrize(
    ("fault", "error", "count"),
    [
        (Fault.ERROR, ClientError, 0),
        (Fault.THROTTLED, ClientError, 0),
        (Fault.HANG, ReadTimeoutError, 0),
        (Fault.RESET, ConnectionClosedError, 0),
        (Fault.ANSWER_LOST, ConnectionClosedError, 1),
        (Fault.ANSWER_LATE, ReadTimeoutError, 1),
    ],
)
def test_a_fault_fails_the_request_whether_it_takes_effect_or_not(
    queue: Queue, fault: Fault, error: type[Exception], count: int
) -> None:
    queue.aws.begin(Always(fault))
    with pytest.raises(error):
        queue.send()
    assert queue.count == count
    (noted,) = queue.journal.entries(What.FAULT)
    assert (noted.kind, noted.detail) == (f"sqs {fault.value}", "SendMessage")


@pytest.mark.parametrize(("fault", "count"), [(Fault.TWICE, 2), (Fault.SLOW, 1)])
def test_a_fault_that_the_client_does_not_notice(queue: Queue, fault: Fault, count: int) -> None:
    queue.aws.begin(Always(fault))
    queue.send()
    assert queue.count == count


def test_after_it_is_healed_nothing_fails(queue: Queue) -> None:
    queue.aws.begin(Always(Fault.ERROR))
    queue.aws.heal()
    queue.send()
    assert queue.count == 1
