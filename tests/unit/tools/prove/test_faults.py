"""Which requests fail, and the errors in the services' own forms."""

from collections import Counter
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ClientError

from tools.prove.faulty_aws.faults import SERVICES, TOOK_EFFECT, Fault, FaultChoice, Request, error_answer
from tools.prove.faulty_aws.proxy import digests_in, request_of

UPDATE, SEND = Request("dynamodb", "UpdateItem"), Request("sqs", "SendMessageBatch")
MANY = 20_000
ONCE = Config(retries={"total_max_attempts": 1})
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "dynamodb": ("get_item", {"TableName": "t", "Key": {"k": {"S": "1"}}}),
    "sqs": ("send_message", {"QueueUrl": "http://127.0.0.1/q", "MessageBody": "b"}),
    "sns": ("publish", {"TopicArn": "arn:aws:sns:us-east-1:000000000000:t", "Message": "m"}),
    "kms": ("decrypt", {"CiphertextBlob": b"c"}),
}


def chosen(seed: int, request: Request, rate: float = 0.02, at: float = 0.0) -> list[Fault | None]:
    choice = FaultChoice(seed, rate, 600)
    return [choice.choose(request, at) for _ in range(MANY)]


def test_a_seed_always_chooses_the_same_faults() -> None:
    assert chosen(1, UPDATE) == chosen(1, UPDATE)
    assert chosen(1, UPDATE) != chosen(2, UPDATE)
    assert FaultChoice(1, 0.02, 600).storms == FaultChoice(1, 0.02, 600).storms


def test_about_the_wanted_share_of_the_requests_fails_in_every_way() -> None:
    counts = Counter(fault for fault in chosen(1, SEND) if fault)
    assert 0.01 * MANY < counts.total() < 0.03 * MANY
    assert set(counts) == set(Fault)


def test_only_what_sends_takes_effect_twice() -> None:
    assert Fault.TWICE not in chosen(1, UPDATE)


def test_in_a_storm_half_of_the_requests_to_its_service_fail_and_no_others_do() -> None:
    storm = FaultChoice(1, 0.02, 600).storms[0]
    there = Request(storm.service, "Any")
    elsewhere = Request(next(name for name in SERVICES if name != storm.service), "Any")
    within = (storm.begin + storm.end) / 2
    assert 0.45 < sum(fault is not None for fault in chosen(1, there, at=within)) / MANY < 0.55
    assert sum(fault is not None for fault in chosen(1, elsewhere, at=within)) / MANY < 0.05


def test_without_faults_there_are_no_storms() -> None:
    assert FaultChoice(1, 0, 600).storms == ()
    assert set(chosen(1, SEND, rate=0)) == {None}


def test_what_took_effect_is_not_what_only_failed() -> None:
    assert not {Fault.ERROR, Fault.THROTTLED, Fault.HANG, Fault.RESET} & TOOK_EFFECT


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(("fault", "status"), [(Fault.ERROR, 500), (Fault.THROTTLED, 400)])
def test_botocore_reads_each_error_as_one_of_its_service(service: str, fault: Fault, status: int) -> None:
    answer = error_answer(service, fault)
    make: Any = boto3.Session("test", "test", region_name="us-east-1").client
    client = make(service, config=ONCE)

    def answering(request: Any, **_: Any) -> Any:
        headers = HTTPHeaders.from_dict(answer.headers)
        response: Any = AWSResponse(request.url, answer.status, headers, None)
        response._content = answer.body
        return response

    client.meta.events.register("before-send", answering)
    name, arguments = CALLS[service]
    with pytest.raises(ClientError) as raised:
        getattr(client, name)(**arguments)
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert raised.value.response["Error"]["Code"] not in {"", str(status), "Unknown"}


def test_a_request_is_known_by_its_signature_and_its_target() -> None:
    signed = "AWS4-HMAC-SHA256 Credential=ASIA/20261127/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"
    dynamodb = {"Authorization": signed.format("dynamodb"), "X-Amz-Target": "DynamoDB_20120810.UpdateItem"}
    form = "application/x-www-form-urlencoded; charset=utf-8"
    sns = {"Authorization": signed.format("sns"), "Content-Type": form}
    assert request_of(dynamodb, b"{}") == UPDATE
    assert request_of(sns, b"Action=Publish&Message=m") == Request("sns", "Publish")
    assert request_of({}, b"") == Request("", "")


def test_the_digests_of_a_request_are_found_once_each() -> None:
    one, other = "0123456789abcdef" * 2, "f" * 32
    body = f'{{"digest":{{"S":"{one}"}},"id":"8101_UDEtMQ_{other}","again":"{one}","no":"{one}0"}}'
    assert digests_in(body.encode()) == (one, other)
