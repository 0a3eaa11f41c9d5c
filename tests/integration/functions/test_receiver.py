"""The receiver: stored once, acknowledged when it is stored, and not otherwise."""

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from herald.contract.envelope import MAX_BYTES
from herald.domain.clock import SECOND
from herald.domain.partner import ReviewState
from herald.messaging.sqs import client as sqs_client
from herald.store.attribute_values import to_wire
from herald.store.dynamodb import LONGEST_CALL
from herald.store.dynamodb import client as dynamodb_client
from herald.store.partner_table import PartnerTable
from receiver import app as receiver_app
from tests.integration.conftest import forget
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.factories import PAYLOAD, a_partner
from tests.support.functions.parallel import in_parallel
from tests.support.http.http_events import api_event
from tests.support.paths import FIXTURES

PUBLISHER = {"role": "publisher", "name": "platform"}
type Submit = Callable[..., dict[str, Any]]


@pytest.fixture
def submit(aws: Aws) -> Submit:
    """Submits to the receiver, with two partners in the registry."""
    table = PartnerTable(aws.refs["PartnerTable"])
    for partner_id in (3528, 7001):
        table.add(a_partner(partner_id))
    receiver = receiver_app

    def submit(body: str | bytes | None = PAYLOAD, caller: dict[str, Any] | None = PUBLISHER) -> dict[str, Any]:
        return dict(receiver.handler(api_event("POST", "/notifications", body, caller=caller), None))

    return submit


def refusal(answer: dict[str, Any]) -> tuple[int, int, str]:
    content = json.loads(answer["body"])
    return answer["statusCode"], content["code"], content["describe"]


@pytest.mark.parametrize("path", sorted((FIXTURES / "valid").iterdir()), ids=lambda path: path.stem)
@pytest.mark.parametrize("encoded", [False, True], ids=["as text", "in base64"])
def test_a_valid_notification_is_stored_byte_for_byte(aws: Aws, submit: Submit, path: Path, *, encoded: bool) -> None:
    sent = path.read_bytes()
    answer = submit(sent if encoded else sent.decode())
    assert (answer["statusCode"], answer["body"]) == (200, "success")
    assert answer["headers"]["content-type"].startswith("text/plain")
    [item] = aws.items("NotificationTable")
    assert item["payload"].encode() == sent
    assert (item["state"], item["lane"].partition("#")[0]) == ("waiting", "new")


@pytest.mark.parametrize("path", sorted((FIXTURES / "invalid").iterdir()), ids=lambda path: path.stem)
@pytest.mark.parametrize("encoded", [False, True], ids=["as text", "in base64"])
def test_an_invalid_one_is_refused_with_a_sentence_and_leaves_nothing_behind(
    aws: Aws, submit: Submit, path: Path, *, encoded: bool
) -> None:
    sent = path.read_bytes()
    status, code, describe = refusal(submit(sent if encoded else sent.decode("utf-8", "replace")))
    assert (status, code) == (400, 40000)
    assert len(describe) > 10
    assert aws.items("NotificationTable") == []


def test_bytes_that_are_not_utf_8_are_named_by_their_place(submit: Submit) -> None:
    assert "is not UTF-8" in refusal(submit((FIXTURES / "invalid" / "not_utf8_gbk.json").read_bytes()))[2]


def test_no_body_at_all_is_refused(submit: Submit) -> None:
    assert refusal(submit(None))[:2] == (400, 40000)


def test_the_answer_names_the_notification(submit: Submit, aws: Aws) -> None:
    notification_id = submit()["headers"]["herald-notification-id"]
    [item] = aws.items("NotificationTable")
    assert notification_id == f"3528_dGVzdDE1ODU4NQ_{item['digest']}"


def test_the_same_notification_again_is_acknowledged_and_stored_once(submit: Submit, aws: Aws) -> None:
    first = submit()
    [stored] = aws.items("NotificationTable")
    again = submit(json.dumps(json.loads(PAYLOAD), indent=2))
    assert (again["statusCode"], again["body"]) == (200, "success")
    assert again["headers"] == first["headers"]
    assert aws.items("NotificationTable") == [stored]


def test_twenty_at_once_are_stored_once(submit: Submit, aws: Aws) -> None:
    answers = in_parallel(lambda _: submit(), range(20))
    assert {answer["body"] for answer in answers} == {"success"}
    assert len(aws.items("NotificationTable")) == 1


def test_a_partner_that_is_not_in_the_registry_is_404(submit: Submit, aws: Aws) -> None:
    status, code, describe = refusal(submit(PAYLOAD.replace("3528", "9999")))
    assert (status, code) == (404, 40400)
    assert "9999" in describe
    assert aws.items("NotificationTable") == []


def test_a_partner_number_beyond_all_numbers_is_not_in_the_registry_either(submit: Submit) -> None:
    assert refusal(submit(PAYLOAD.replace("3528", "9" * 60)))[0] == 404


GONE = {ReviewState.DELETING, ReviewState.DELETED}


@pytest.mark.parametrize("state", sorted({*ReviewState} - GONE))
def test_a_registered_partner_is_accepted_for_in_every_state_of_its_review(
    submit: Submit, aws: Aws, state: ReviewState
) -> None:
    PartnerTable(aws.refs["PartnerTable"]).add(a_partner(77, state=state, url=None))
    assert submit(PAYLOAD.replace("3528", "77"))["body"] == "success"


@pytest.mark.parametrize("state", sorted(GONE))
def test_a_partner_whose_data_is_deleted_is_unknown(submit: Submit, aws: Aws, state: ReviewState) -> None:
    PartnerTable(aws.refs["PartnerTable"]).add(a_partner(77, state=state, url=None))
    assert refusal(submit(PAYLOAD.replace("3528", "77")))[:2] == (404, 40400)
    assert aws.items("NotificationTable") == []


def test_more_than_64_kib_is_413(submit: Submit, aws: Aws) -> None:
    text = PAYLOAD.replace("執行成功", "x" * MAX_BYTES)
    assert refusal(submit(text))[:2] == (413, 41300)
    assert aws.items("NotificationTable") == []


@pytest.mark.parametrize("caller", [{"role": "operator", "name": "alice"}, {"role": "partner", "name": "p"}, None])
def test_only_a_publisher_may_submit(submit: Submit, aws: Aws, caller: dict[str, Any] | None) -> None:
    assert refusal(submit(caller=caller))[:2] == (403, 40300)
    assert aws.items("NotificationTable") == []


@pytest.mark.parametrize(
    ("bound", "status"), [("3528", 200), ("3527,3528", 200), ("3529", 403), ("35280,352", 403), ("", 403)]
)
def test_a_bound_publisher_submits_for_its_partners_only(submit: Submit, aws: Aws, bound: str, status: int) -> None:
    answer = submit(caller={**PUBLISHER, "keyId": "0" * 16, "partnerIds": bound})
    assert answer["statusCode"] == status
    assert len(aws.items("NotificationTable")) == (status == 200)
    if status == 403:
        assert refusal(answer)[1:] == (
            40300,
            "this key is bound to other partners than 3528: use one that is bound to that partner, or to none",
        )


THROTTLED = ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "PutItem")
OUT_OF_REACH = EndpointConnectionError(endpoint_url="https://dynamodb")


@pytest.mark.parametrize("fault", [THROTTLED, OUT_OF_REACH], ids=["throttled", "out of reach"])
@pytest.mark.parametrize("call", ["put_item", "get_item"])
def test_a_table_that_cannot_be_reached_is_503_and_when_to_come_again(
    submit: Submit, aws: Aws, monkeypatch: pytest.MonkeyPatch, call: str, fault: Exception
) -> None:
    def fail(**_: Any) -> None:
        raise fault

    monkeypatch.setattr(dynamodb_client(), call, fail)
    answer = submit()
    assert refusal(answer)[:2] == (503, 50300)
    assert int(answer["headers"]["retry-after"]) > 0
    assert aws.items("NotificationTable") == []


def test_a_bug_of_ours_is_500_and_never_success(submit: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(dynamodb_client(), "put_item", fail)
    assert refusal(submit())[:2] == (500, 50000)


def test_a_put_that_is_repeated_by_the_client_after_it_took_effect_counts_as_stored(
    submit: Submit, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRST_ATTEMPT", "AtOnce")
    put = dynamodb_client().put_item

    def put_twice(**request: Any) -> Any:
        put(**request)
        return put(**request)

    monkeypatch.setattr(dynamodb_client(), "put_item", put_twice)
    assert submit()["body"] == "success"
    assert len(aws.messages("DeliveryQueue")) == 1


class TestAtOnce:
    """FirstAttempt=AtOnce: the receiver sends the first message itself."""

    @pytest.fixture(autouse=True)
    def at_once(self, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in aws.environment(FIRST_ATTEMPT="AtOnce").items():
            monkeypatch.setenv(name, value)

    def test_the_message_is_sent_with_the_answer(self, submit: Submit, aws: Aws) -> None:
        notification_id = submit()["headers"]["herald-notification-id"]
        [message] = aws.messages("DeliveryQueue")
        assert message == {"id": notification_id, "turn": 1}
        [item] = aws.items("NotificationTable")
        assert item["lane"].startswith("sent#")

    @pytest.mark.parametrize(
        "touched",
        [
            {"claim_until": 1},
            {"state": "delivered"},
            {"state": "held"},
            {"turn": 2},
            {"lane": "new#0"},
            {"lane": "parked#3"},
        ],
        ids=str,
    )
    def test_a_duplicate_of_what_had_its_message_sends_nothing(
        self, submit: Submit, aws: Aws, touched: dict[str, Any]
    ) -> None:
        submit()
        [item] = aws.items("NotificationTable")
        key = {name: item[name] for name in ("order_key", "digest")}
        for name, value in touched.items():
            dynamodb_client().update_item(
                TableName=aws.refs["NotificationTable"],
                Key=to_wire(key),
                UpdateExpression="SET #name = :value",
                ExpressionAttributeNames={"#name": name},
                ExpressionAttributeValues=to_wire({":value": value}),
            )
        submit()
        assert len(aws.messages("DeliveryQueue")) == 1

    def test_a_duplicate_sends_the_message_of_a_receiver_that_was_cut_off(
        self, submit: Submit, aws: Aws, network: Network
    ) -> None:
        with network.breaks("SendMessageBatch"):
            submit()
        assert aws.messages("DeliveryQueue") == []
        notification_id = submit()["headers"]["herald-notification-id"]
        assert aws.messages("DeliveryQueue") == [{"id": notification_id, "turn": 1}]

    def test_a_queue_that_does_not_take_it_costs_no_success(
        self, submit: Submit, aws: Aws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(**_: Any) -> None:
            raise OUT_OF_REACH

        monkeypatch.setattr(sqs_client(), "send_message_batch", fail)
        assert submit()["body"] == "success"
        assert len(aws.items("NotificationTable")) == 1


def test_the_poll_sends_the_first_message_otherwise(submit: Submit, aws: Aws) -> None:
    submit()
    assert aws.messages("DeliveryQueue") == []


def test_the_log_has_one_line_with_the_id_and_never_the_payload(
    submit: Submit, caplog: pytest.LogCaptureFixture
) -> None:
    notification_id = submit()["headers"]["herald-notification-id"]
    [line] = [vars(record) for record in caplog.records if record.msg == "submission"]
    assert (line["status"], line["notification"]) == (200, notification_id)
    assert "411258698456" not in str(line)


def test_a_table_that_hangs_is_503_while_the_function_still_has_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """It accepts the connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        endpoint = f"http://127.0.0.1:{hanging.getsockname()[1]}"
        stack = Aws(endpoint)
        stack.invent()
        for name, value in stack.environment(AWS_ENDPOINT_URL=endpoint).items():
            monkeypatch.setenv(name, value)
        forget()
        began = time.monotonic()
        answer = receiver_app.handler(api_event("POST", "/notifications", PAYLOAD, caller=PUBLISHER), None)
        took = time.monotonic() - began
    forget()
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "5")
    assert took * SECOND <= LONGEST_CALL
