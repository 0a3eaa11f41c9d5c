"""A sender that follows the partner manual to the letter, over a raw socket: it can set no key and no header."""

import json
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError
from standardwebhooks.webhooks import Webhook

from herald.contract.signature import new_secret, signed_headers
from herald.domain.clock import now
from tests.support.e2e.partner import NUMBERS, RegisteredPartner
from tests.support.e2e.stack_client import ANSWERS_WITHIN, Herald, StackClient
from tools.sample_partner import SamplePartners

WHY = {"reason": "they send us their notifications"}
THEIRS = 42  # the sender's number for us


@pytest.fixture
def partner(stack_client: StackClient, sample_partners: SamplePartners) -> RegisteredPartner:
    return RegisteredPartner(stack_client, sample_partners, next(NUMBERS))


def a_source(stack_client: StackClient, partner_id: int, **demands: Any) -> dict[str, Any]:
    wish = {"name": "The platform", "partnerId": partner_id, **WHY, **demands}
    answer = stack_client.call("POST", "/sources", json=wish)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


@dataclass(frozen=True)
class RawAnswer:
    """The bytes of a response, taken apart at its blank line."""

    status: int
    head: bytes
    body: bytes


def sends(stack_client: StackClient, path: str, body: bytes, version: str = "1.1") -> RawAnswer:
    """No header but these three."""
    url = urlsplit(stack_client.stack.api_url)
    lines = (
        f"POST {url.path}{path} HTTP/{version}",
        f"Host: {url.netloc}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    with socket.create_connection((url.hostname, url.port), timeout=ANSWERS_WITHIN) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return _read(connection)


def _read(connection: socket.socket) -> RawAnswer:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    while len(body) < int(headers[b"content-length"]):
        body += _some(connection)
    return RawAnswer(int(head.split()[1]), head.lower(), body)


def _some(connection: socket.socket) -> bytes:
    received = connection.recv(65_536)
    assert received, "the connection was closed before the whole response was received"
    return received


def payload(order_id: str, describe: str = "執行成功") -> str:
    body = {"orderId": order_id, "LHOrderId": "1", "orderStatus": 9, "orderQuantity": 3, "usedQuantity": 1}
    content = {"code": 10000, "describe": describe, "partnerId": THEIRS, "method": "snNotify", "body": body}
    return json.dumps(content, ensure_ascii=False)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_sender_by_the_manual_is_answered_success_and_the_partner_gets_its_bytes(
    stack_client: StackClient, partner: RegisteredPartner, version: str
) -> None:
    source, sent = a_source(stack_client, partner.id), payload("A-1").encode()
    for _ in range(2):  # it comes again although it was answered
        answer = sends(stack_client, source["path"], sent, version)
        assert (answer.status, answer.body) == (200, b"success")
        assert b"content-type: text/plain" in answer.head
    stack_client.poll()
    [received] = partner.wait_for(1)
    assert received.body == sent
    Webhook(partner.secret).verify(received.body, dict(received.headers))
    assert received.headers["webhook-id"].startswith(f"{partner.id}_")


def test_a_test_of_the_address_is_answered_success_and_not_passed_on(
    stack_client: StackClient, partner: RegisteredPartner
) -> None:
    source = a_source(stack_client, partner.id)
    test = f'{{"code":10000,"describe":"測試","partnerId":{THEIRS},"method":"testNotify","body":{{}}}}'
    assert sends(stack_client, source["path"], test.encode()).body == b"success"
    found = stack_client.call("GET", f"/notifications?partnerId={partner.id}")
    assert found.json()["items"] == []


def test_gbk_and_other_forms_are_refused_with_a_sentence(stack_client: StackClient, partner: RegisteredPartner) -> None:
    source = a_source(stack_client, partner.id)
    answer = sends(stack_client, source["path"], payload("A-1", "执行成功").encode("gbk"))
    assert (answer.status, json.loads(answer.body)["code"]) == (400, 40000)
    assert "UTF-8" in json.loads(answer.body)["describe"]
    assert sends(stack_client, source["path"], b"orderId=A-1").status == 400


def test_unknown_and_suspended_addresses_have_one_answer_and_a_resumed_one_serves_again(
    stack_client: StackClient, partner: RegisteredPartner, herald: Herald
) -> None:
    source = a_source(stack_client, partner.id)
    assert herald("sources", "suspend", source["id"], "--reason", "leaked")["state"] == "suspended"
    unknown = sends(stack_client, "/inbound/x", payload("A-1").encode())
    suspended = sends(stack_client, source["path"], payload("A-1").encode())
    assert (unknown.status, unknown.body) == (suspended.status, suspended.body)
    assert unknown.status == 404
    herald("sources", "resume", source["id"], "--reason", "repaired")
    assert sends(stack_client, source["path"], payload("A-1").encode()).body == b"success"


def test_one_herald_delivers_to_another_with_the_senders_signature(
    stack_client: StackClient, partner: RegisteredPartner
) -> None:
    secret = new_secret()
    header = {"name": "X-Platform-Token", "value": "s3cret value"}
    source = a_source(stack_client, partner.id, webhookSecret=secret, header=header, cidrs=["127.0.0.0/8", "::1/128"])
    sent = payload("A-2").encode()
    signed = {**signed_headers((secret,), "42_x_0", now(), sent), "X-Platform-Token": "s3cret value"}
    told = {"Content-Type": "application/json", **signed}
    accepted = stack_client.call("POST", source["path"], role=None, data=sent, headers=told)
    assert (accepted.status_code, accepted.text) == (200, "success")
    told["X-Platform-Token"] = "another"
    assert stack_client.call("POST", source["path"], role=None, data=sent, headers=told).status_code == 401


def test_no_secret_of_a_sender_is_stored_or_logged_and_only_its_function_decrypts(
    stack_client: StackClient, partner: RegisteredPartner
) -> None:
    header = {"name": "X-Platform-Token", "value": "a-value-that-nobody-else-has"}
    source = a_source(stack_client, partner.id, header=header)
    sends(stack_client, source["path"], payload("A-3").encode())
    sends(stack_client, f"{source['path']}x", payload("A-3").encode())
    dynamodb = stack_client.engine.client("dynamodb")
    [item] = [
        one
        for one in dynamodb.scan(TableName=stack_client.stack.tables["SourceTable"])["Items"]
        if one["source_id"]["S"] == source["id"]
    ]
    logs = [path.read_text(errors="replace") for path in Path(stack_client.engine.home).glob("*.log")]
    lines = "".join(
        event["message"] for name in ("inbound", "operator", "api") for event in _log_events(stack_client, name)
    )
    for text in (source["token"], header["value"]):
        assert text not in repr(item)
        assert text not in lines
    assert header["value"] not in "".join(logs)
    kms = stack_client.engine.client("kms")
    with pytest.raises(ClientError):
        kms.decrypt(CiphertextBlob=item["header_value"]["B"], EncryptionContext={"partner": str(partner.id)})


def _log_events(stack_client: StackClient, name: str) -> list[dict[str, Any]]:
    logs = stack_client.engine.client("logs")
    groups = [one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]]
    own = [group for group in groups if group.endswith(f"/{name}")]
    return [dict(event) for group in own for event in logs.filter_log_events(logGroupName=group)["events"]]
