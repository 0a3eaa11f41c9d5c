"""The search for secrets at the end of an end-to-end run reads each place in which one could stand."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from herald.domain.clock import now
from tests.support.e2e.secret_search import KnownSecrets
from tests.support.e2e.stored_texts import stored_texts, visible_messages
from tools.common.alert_inbox import AlertInbox

PLANTED = "k-5f2c-planted"
NUMBERED = [f"{PLANTED}-{n}" for n in range(25)]


def client(service: str) -> Any:
    return boto3.client(service, region_name="eu-central-1")  # type: ignore[call-overload] # any service


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        yield


def in_an_item() -> None:
    client("dynamodb").create_table(
        TableName="Some",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    item = {"id": {"S": "1"}, "deep": {"M": {"list": {"L": [{"S": PLANTED}]}}}}
    client("dynamodb").put_item(TableName="Some", Item=item)


def in_a_log_line() -> None:
    logs = client("logs")
    logs.create_log_group(logGroupName="/herald/some")
    logs.create_log_stream(logGroupName="/herald/some", logStreamName="one")
    events = [{"timestamp": now(), "message": json.dumps({"name": text})} for text in NUMBERED]
    logs.put_log_events(logGroupName="/herald/some", logStreamName="one", logEvents=events)


def in_an_environment() -> None:
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = client("iam").create_role(RoleName="some", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.writestr("app.py", "")
    client("lambda").create_function(
        FunctionName="some",
        Runtime="python3.13",
        Role=role,
        Handler="app.handler",
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"NAME": PLANTED}},
    )


def in_an_output() -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": PLANTED}}
    outputs = {"Name": {"Value": {"Fn::GetAtt": ["Queue", "QueueName"]}}}
    client("cloudformation").create_stack(
        StackName="some", TemplateBody=json.dumps({"Resources": {"Queue": queue}, "Outputs": outputs})
    )


def in_a_message() -> None:
    url = client("sqs").create_queue(QueueName="some")["QueueUrl"]
    for text in NUMBERED:
        client("sqs").send_message(
            QueueUrl=url, MessageBody="x", MessageAttributes={"a": {"DataType": "String", "StringValue": text}}
        )


def in_an_alert() -> None:
    topic = client("sns").create_topic(Name="some")["TopicArn"]
    AlertInbox(client, topic, "everything")
    client("sns").publish(TopicArn=topic, Subject=PLANTED, Message="x")


PLACES = {
    in_an_item: "table Some",
    in_a_log_line: "log group /herald/some",
    in_an_environment: "environment of some",
    in_an_output: "outputs of some",
    in_a_message: "queue some",
    in_an_alert: "queue everything",
}


@pytest.mark.parametrize("plant", PLACES, ids=lambda plant: plant.__name__)
def test_a_secret_is_found_wherever_it_stands(plant: Any) -> None:
    plant()
    places = [*stored_texts(client), *visible_messages(client)]
    assert KnownSecrets({PLANTED}).found_in(places) == [f"{PLACES[plant]}: {PLANTED[:10]}…"]


def test_the_last_one_of_many_is_found() -> None:
    in_a_log_line()
    in_a_message()
    places = [*stored_texts(client), *visible_messages(client)]
    assert len(KnownSecrets({NUMBERED[-1]}).found_in(places)) == 2


def test_a_file_is_searched(tmp_path: Path) -> None:
    (tmp_path / "engine.log").write_bytes(b"\xff" + PLANTED.encode())
    assert KnownSecrets({PLANTED}).found_in(stored_texts(client, tmp_path / "engine.log")) == [
        f"engine.log: {PLANTED[:10]}…"
    ]
