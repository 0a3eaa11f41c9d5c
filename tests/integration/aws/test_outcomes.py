"""What a call comes to, beside what it comes to by boto3: responses, errors, attempts, bad networks."""

import json
from collections.abc import Sequence
from typing import Any
from zlib import crc32

import pytest
from botocore.config import Config

from tests.integration.aws.conftest import CONFIG, NewClient, by_boto3, by_us, outcome
from tests.support.aws.raw_server import Answer, json_answer, raw_server

GET: dict[str, Any] = {"TableName": "PartnerTable", "Key": {"partner_id": {"N": "3528"}}}
ITEM = b'{"Item":{"partner_id":{"N":"3528"},"name":{"S":"\xe5\x9f\xb7"}},"ConsumedCapacity":null}'
BINARY = b'{"Item":{"secret":{"B":"AP8="},"all":{"L":[{"BS":["YQ=="]},{"M":{"B":{"S":"B"}}}]}}}'
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"


def error(code: str, message: str = "no", status: int = 400, **more: Any) -> Answer:
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message, **more}
    return json_answer(status, json.dumps(body).encode(), "Content-Type: application/x-amz-json-1.0")


REASONS = [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Message": "no", "Item": {"a": {"B": "AP8="}}}]
SUCCESS = json_answer(200, ITEM, f"x-amz-crc32: {crc32(ITEM)}")

SCRIPTS: dict[str, list[Answer]] = {
    "a response": [SUCCESS],
    "nothing found": [json_answer(200, b"{}")],
    "binary values": [json_answer(200, BINARY)],
    "a response in chunks": [Answer(CHUNKED)],
    "a response that ends with the connection": [Answer(b"HTTP/1.1 200 OK\r\n\r\n{}", "close")],
    "no JSON": [json_answer(200, b"<html>")],
    "an empty body": [json_answer(200, b"")],
    "a status without an error": [json_answer(204, b"")],
    "a refused condition": [error("ConditionalCheckFailedException", Item={"n": {"N": "1"}, "b": {"B": "AP8="}})],
    "a refused condition without an item": [error("ConditionalCheckFailedException")],
    "a cancelled transaction": [error("TransactionCanceledException", CancellationReasons=REASONS)],
    "a wrong request": [error("ValidationException")],
    "no such table": [error("ResourceNotFoundException")],
    "wrong credentials": [error("UnrecognizedClientException")],
    "expired credentials": [error("ExpiredTokenException")],
    "no permission": [error("AccessDeniedException")],
    "throttled once": [error("ProvisionedThroughputExceededException"), SUCCESS],
    "throttled always": [error("ThrottlingException")],
    "throttled by the account": [error("RequestLimitExceeded")],
    "an internal error once": [error("InternalServerError", status=500), SUCCESS],
    "an internal error always": [error("InternalServerError", status=500)],
    "unavailable, and no JSON": [json_answer(503, b"<html>sorry</html>")],
    "a bad gateway with an empty body": [json_answer(502, b""), SUCCESS],
    "an error without a code": [json_answer(400, b'{"Message":"no"}')],
    "an error in HTTP/1.0": [Answer(b"HTTP/1.0 400 x\r\nContent-Length: 2\r\n\r\n{}", "close")],
    "a wrong checksum once": [json_answer(200, ITEM, "x-amz-crc32: 1"), SUCCESS],
    "a wrong checksum always": [json_answer(200, ITEM, "x-amz-crc32: 1")],
    "a closed connection once": [Answer(b"", "close"), SUCCESS],
    "a closed connection always": [Answer(b"", "close")],
    "a reset connection": [Answer(b"", "reset"), SUCCESS],
    "reset in the header lines": [Answer(b"HTTP/1.1 200 OK\r\nContent-Le", "reset")],
    "closed in the body": [Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", "close")],
    "reset in the body": [Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", "reset"), SUCCESS],
    "closed in a chunk": [Answer(CHUNKED[:-12], "close")],
    "no HTTP": [Answer(b"SSH-2.0-x\r\n\r\n", "close")],
    "no answer once": [Answer(b"", "hang"), SUCCESS],
    "no answer": [Answer(b"", "hang")],
    "no end": [Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", "hang")],
    "closed after the response": [json_answer(200, ITEM, then="close")],
    "the server says that it closes": [json_answer(200, ITEM, "Connection: close", then="close")],
}
OPERATIONS = {"a cancelled transaction": ("TransactWriteItems", {"TransactItems": [{"Delete": GET}]})}


def config_for(script: Sequence[Answer]) -> Config:
    """Only where no answer comes in any case is it short: elsewhere it must outlast the pauses of a busy machine."""
    return CONFIG.merge(Config(read_timeout=0.3)) if script[-1].then == "hang" else CONFIG


def told(
    monkeypatch: pytest.MonkeyPatch,
    client: NewClient,
    service: str,
    calls: list[tuple[str, dict[str, Any]]],
    *script: Answer,
) -> Any:
    """The outcomes of the calls, how many requests the server saw, and what is left of botocore's retry quota."""
    with raw_server(*script) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        made, outcomes = client(service, config_for(script)), []
        for call in calls:
            outcomes.append(outcome(made, *call))
            server.wait_until_closed()  # a kept connection is seen to be closed by both clients, or by none
        told = outcomes, len(server.requests), quota_of(made, service)
        made.close()
        return told


def quota_of(client: Any, service: str) -> int:
    handlers = client.meta.events._emitter._handlers.prefix_search(f"after-call.{service}")
    [left] = [one.__self__._quota.available_capacity for one in handlers if hasattr(one, "__self__")]
    return int(left)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_call_comes_to_what_it_comes_to_by_boto3(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    calls = [OPERATIONS.get(name, ("GetItem", GET))] * 2  # the second one where a connection may have been kept
    expected = told(monkeypatch, by_boto3, "dynamodb", calls, *SCRIPTS[name])
    assert told(monkeypatch, by_us, "dynamodb", calls, *SCRIPTS[name]) == expected


SQS_ERROR = b'{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no such queue"}'
SENT = b'{"Successful":[{"Id":"0","MessageId":"m","MD5OfMessageBody":"x"}],"Failed":null}'


@pytest.mark.parametrize(
    "script",
    [
        [json_answer(200, SENT)],
        [json_answer(400, SQS_ERROR, "x-amzn-query-error: AWS.SimpleQueueService.NonExistentQueue;Sender")],
        [json_answer(403, b'{"__type":"RequestThrottled","message":"slowly"}'), json_answer(200, SENT)],
    ],
)
def test_a_call_of_sqs_comes_to_what_it_comes_to_by_boto3(
    monkeypatch: pytest.MonkeyPatch, script: list[Answer]
) -> None:
    entry = {"Id": "0", "MessageBody": "{}", "DelaySeconds": 0}
    arguments: dict[str, Any] = {"QueueUrl": "http://127.0.0.1/1/Q", "Entries": [entry]}
    calls = [("SendMessageBatch", arguments)]
    expected = told(monkeypatch, by_boto3, "sqs", calls, *script)
    assert told(monkeypatch, by_us, "sqs", calls, *script) == expected


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:1",  # refuses connections
        "http://nothing.invalid",
        "https://127.0.0.1:1",
    ],
)
def test_an_endpoint_out_of_reach_is_the_error_that_it_is_by_boto3(
    monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    assert outcome(by_us("dynamodb"), "GetItem", GET) == outcome(by_boto3("dynamodb"), "GetItem", GET)
