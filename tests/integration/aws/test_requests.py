"""What our clients send, beside what boto3's send: the same requests, signed for the same moment."""

from typing import Any

import pytest
import time_machine
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from tests.integration.aws.conftest import CONFIG, NewClient, by_boto3, by_us
from tests.support.http.raw_answer import RawAnswer

KEY = {"order_key": {"S": "3528:a"}, "digest": {"S": "0f"}}
ITEM = {**KEY, "payload": {"S": '執行成功 \U0001f600 \u2028 " \\'}, "bytes": {"B": b"\x00\xff"}, "set": {"BS": [b"a"]}}
UPDATE = {
    "TableName": "NotificationTable",
    "Key": KEY,
    "UpdateExpression": "SET #state = :state",
    "ExpressionAttributeNames": {"#state": "state"},
    "ExpressionAttributeValues": {":state": {"S": "waiting"}},
    "ReturnValues": "ALL_NEW",
}
CONDITION = {"KeyConditionExpression": "order_key = :k", "ExpressionAttributeValues": {":k": KEY["order_key"]}}
REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    ("dynamodb", "GetItem", {"TableName": "NotificationTable", "Key": KEY, "ConsistentRead": True}),
    ("dynamodb", "PutItem", {"TableName": "NotificationTable", "Item": ITEM}),
    ("dynamodb", "UpdateItem", UPDATE),
    ("dynamodb", "Query", {"TableName": "NotificationTable", **CONDITION, "Limit": 5}),
    ("dynamodb", "BatchGetItem", {"RequestItems": {"NotificationTable": {"Keys": [KEY], "ConsistentRead": False}}}),
    (
        "dynamodb",
        "TransactWriteItems",
        {"ClientRequestToken": "t", "TransactItems": [{"Put": {"TableName": "NotificationTable", "Item": ITEM}}]},
    ),
    (
        "sqs",
        "SendMessageBatch",
        {
            "QueueUrl": "https://sqs.eu-central-1.amazonaws.com/123456789012/DeliveryQueue",
            "Entries": [{"Id": "0", "MessageBody": '{"id":"é"}', "DelaySeconds": 3, "MessageGroupId": "3528"}],
        },
    ),
    (
        "sqs",
        "ChangeMessageVisibility",
        {"QueueUrl": "https://sqs.eu-central-1.amazonaws.com/1/Q", "ReceiptHandle": "r", "VisibilityTimeout": 5},
    ),
]
# Of the library and of each attempt, which AWS takes with and without. botocore notes in `user-agent` what it has used.
NOT_COMPARED = {"amz-sdk-invocation-id", "amz-sdk-request", "content-length", "accept-encoding", "user-agent"}


def sent(new_client: NewClient, service: str, operation: str, arguments: dict[str, Any]) -> tuple[str, Any, Any]:
    """The request as it would go out: its URL, its headers, its body."""
    requests = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        requests.append(request)
        return AWSResponse(request.url, 200, HTTPHeaders(), RawAnswer(b"{}"))

    client = new_client(service, CONFIG)
    client.meta.events.register(f"before-send.{service}", answer)
    getattr(client, "".join(f"_{one.lower()}" if one.isupper() else one for one in operation)[1:])(**arguments)
    [request] = requests
    headers = {
        name.lower(): value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()
    }
    assert headers["user-agent"].startswith("Boto3/")
    compared = {name: value for name, value in headers.items() if name not in NOT_COMPARED}
    return request.url.rstrip("/"), compared, request.body


@pytest.mark.parametrize(("service", "operation", "arguments"), REQUESTS)
@time_machine.travel("2026-11-27 13:05:00Z", tick=False)
def test_a_request_is_the_one_that_boto3_sends(service: str, operation: str, arguments: dict[str, Any]) -> None:
    assert sent(by_us, service, operation, arguments) == sent(by_boto3, service, operation, arguments)


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:4566", "https://example.com:443/"])
@time_machine.travel("2026-11-27 13:05:00Z", tick=False)
def test_a_request_goes_to_the_endpoint_of_the_environment(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
    url, headers, _ = sent(by_us, *REQUESTS[0])
    assert url == endpoint.rstrip("/")
    assert headers == sent(by_boto3, *REQUESTS[0])[1]


@time_machine.travel("2026-11-27 13:05:00Z", tick=False)
def test_a_request_without_a_session_is_signed_without_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SESSION_TOKEN")
    ours = sent(by_us, *REQUESTS[0])
    assert "x-amz-security-token" not in ours[1]
    assert ours == sent(by_boto3, *REQUESTS[0])


@time_machine.travel("2026-11-27 13:05:00Z", tick=False)
def test_a_request_has_the_trace_header_of_its_invocation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "deliverer")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1;Lineage=a:0|b")
    ours = sent(by_us, *REQUESTS[0])
    assert ours[1]["x-amzn-trace-id"].startswith("Root=1-5759e988")
    assert ours == sent(by_boto3, *REQUESTS[0])
