"""What a soak does to messages, with moto's SQS."""

from pathlib import Path
from random import Random
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tools.prove.disturbing import QueueDisturber
from tools.prove.journal import Journal, What

BODY = '{"id":"8101_UDEtMQ_0123456789abcdef0123456789abcdef","turn":1}'


def chance() -> Random:
    return Random(1)  # noqa: S311 - chosen, not secret


@pytest.fixture
def disturber(tmp_path: Path) -> Any:
    journal = Journal(tmp_path / "journal")
    with mock_aws():
        sqs = boto3.Session("test", "test", region_name="us-east-1").client("sqs")
        queue = sqs.create_queue(QueueName="q")["QueueUrl"]
        yield QueueDisturber(sqs, queue, journal, chance())
    journal.close()


def count(disturber: QueueDisturber) -> int:
    names = [f"ApproximateNumberOfMessages{which}" for which in ("", "NotVisible", "Delayed")]
    found = disturber.sqs.get_queue_attributes(QueueUrl=disturber.queue, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def test_disturbing_loses_no_message_and_copies_some(disturber: QueueDisturber) -> None:
    for _ in range(20):
        disturber.sqs.send_message(QueueUrl=disturber.queue, MessageBody=BODY)
    for _ in range(10):
        disturber._some_messages()
    copied = disturber.journal.entries(What.MESSAGE)
    assert copied
    assert {one.about for one in copied} == {("0123456789abcdef0123456789abcdef",)}
    assert count(disturber) == 20 + len(copied)


def test_a_purge_empties_the_queue(disturber: QueueDisturber) -> None:
    disturber.sqs.send_message(QueueUrl=disturber.queue, MessageBody=BODY)
    disturber.purge()
    assert count(disturber) == 0
    assert disturber.journal.entries(What.PURGE)
