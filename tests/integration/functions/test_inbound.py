"""POST /inbound/{token}: `success` only for what is stored, and only from the sender of an active source."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import time_machine
from botocore.exceptions import ClientError, EndpointConnectionError

from customer_service.registry.endpoint_probe import probe_body
from herald.contract.envelope import MAX_BYTES
from herald.contract.signature import new_secret, signed_headers
from herald.domain.clock import DAY, MINUTE, SECOND, now
from herald.domain.partner import ReviewState
from herald.domain.sources.token import new_token
from herald.runtime.logging import logger
from herald.store.dynamodb import client as dynamodb_client
from herald.store.encryption.kms import client as kms_client
from herald.store.items.notification_item import from_item
from herald.store.sources.active_sources import ActiveSource, ActiveSources
from inbound import proof
from orders import app as orders_app
from receiver import app as receiver_app
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, PAYLOAD, a_partner
from tests.support.functions.dispatcher import registered
from tests.support.functions.inbound import OPERATOR, SENDER, WHY, SourceAddress, a_source, post
from tests.support.functions.parallel import in_parallel
from tests.support.http.http_events import api_event
from tests.support.http.openapi_assertions import undescribed
from tests.support.paths import FIXTURES
from tools.audit.invariants import _tells_of

ROUTE = "POST /inbound/{token}"


@pytest.fixture(autouse=True)
def clock(aws: Aws) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - its environment
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        registered(a_partner(), a_partner(7001))
        yield traveller


@pytest.fixture
def source() -> SourceAddress:
    return a_source()


def refusal(answer: dict[str, Any]) -> tuple[int, str]:
    content = json.loads(answer["body"])
    assert undescribed(ROUTE, answer["statusCode"], answer["headers"]["content-type"], content) == []
    assert content["code"] == answer["statusCode"] * 100
    return answer["statusCode"], content["describe"]


def stored(aws: Aws) -> list[dict[str, Any]]:
    return aws.items("NotificationTable")


def test_success_is_these_seven_bytes_as_plain_text(source: SourceAddress) -> None:
    answer = source.post()
    assert (answer["statusCode"], answer["body"]) == (200, "success")
    assert answer["headers"] == {"content-type": "text/plain; charset=utf-8"}


@pytest.mark.parametrize("path", sorted((FIXTURES / "valid").iterdir()), ids=lambda path: path.stem)
def test_what_is_acknowledged_is_stored_byte_for_byte_for_the_partner_of_the_source(aws: Aws, path: Path) -> None:
    sent = path.read_bytes()
    assert a_source(7001).post(sent)["body"] == "success"
    [item] = stored(aws)
    assert item["payload"].encode() == sent
    assert item["order_key"].startswith("7001:")


@pytest.mark.parametrize("path", sorted((FIXTURES / "invalid").iterdir()), ids=lambda path: path.stem)
@pytest.mark.parametrize("encoded", [False, True], ids=["as text", "in base64"])
def test_another_form_is_refused_with_a_sentence_and_kept_nowhere(
    aws: Aws, source: SourceAddress, path: Path, *, encoded: bool
) -> None:
    sent = path.read_bytes()
    status, sentence = refusal(source.post(sent if encoded else sent.decode("utf-8", "replace")))
    assert status == 400
    assert len(sentence) > 10
    assert stored(aws) == []


def test_the_senders_number_for_us_need_not_be_in_the_registry(aws: Aws, source: SourceAddress) -> None:
    assert source.post(PAYLOAD.replace("3528", "99"))["body"] == "success"
    [item] = stored(aws)
    assert (item["order_key"], json.loads(item["payload"])["partnerId"]) == ("3528:test158585", 99)


def test_the_same_one_again_is_acknowledged_and_stored_once(aws: Aws, source: SourceAddress) -> None:
    source.post()
    [first] = stored(aws)
    assert source.post(json.dumps(json.loads(PAYLOAD), indent=2))["body"] == "success"
    assert stored(aws) == [first]


def test_a_sender_that_repeats_while_we_store_is_acknowledged_and_stored_once(aws: Aws, source: SourceAddress) -> None:
    answers = in_parallel(lambda _: source.post(), range(20))
    assert {answer["body"] for answer in answers} == {"success"}
    assert len(stored(aws)) == 1


def test_many_at_once_are_each_stored_once(aws: Aws, source: SourceAddress) -> None:
    payloads = [PAYLOAD.replace("test158585", f"order-{n}") for n in range(100)]
    answers = in_parallel(source.post, [*payloads, *payloads])
    assert {answer["body"] for answer in answers} == {"success"}
    assert len({item["order_key"] for item in stored(aws)}) == len(stored(aws)) == 100


def test_the_same_text_of_two_sources_and_of_a_publisher_are_three_notifications(aws: Aws) -> None:
    for source in (a_source(), a_source()):
        source.post()
    caller = {"role": "publisher", "name": "platform"}
    receiver_app.handler(api_event("POST", "/notifications", PAYLOAD, caller=caller), None)
    assert len({(item["order_key"], item["digest"]) for item in stored(aws)}) == 3


def test_a_notification_names_its_source_and_agrees_with_its_payload(aws: Aws, source: SourceAddress) -> None:
    source.post()
    [item] = stored(aws)
    shown = OPERATOR.done("GET", "/notifications?partnerId=3528&orderId=test158585")["items"][0]
    assert shown["source"] == item["source"] == source.id
    assert _tells_of(from_item(item))


def test_a_test_is_acknowledged_and_not_passed_on(aws: Aws, source: SourceAddress) -> None:
    assert source.post(probe_body(99))["body"] == "success"
    assert stored(aws) == []


@pytest.mark.parametrize("state", [ReviewState.SUSPENDED, ReviewState.PENDING])
def test_what_comes_for_a_partner_that_may_not_receive_is_stored(aws: Aws, state: ReviewState) -> None:
    registered(a_partner(77, state=state, url=None))
    assert a_source(77).post()["body"] == "success"
    assert len(stored(aws)) == 1


def test_the_partners_own_systems_query_the_order(source: SourceAddress) -> None:
    source.post(PAYLOAD.replace("3528", "99"))
    caller = {"role": "partner", "name": "shop", "partnerId": 3528}
    answer = orders_app.handler(api_event("GET", "/orders?orderId=test158585", caller=caller), None)
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["body"]["usedQuantity"] == 1


def test_more_than_64_kib_is_413(aws: Aws, source: SourceAddress) -> None:
    assert refusal(source.post(PAYLOAD.replace("執行成功", "x" * MAX_BYTES)))[0] == 413
    assert stored(aws) == []


def test_gbk_in_describe_is_refused_by_its_place(source: SourceAddress) -> None:
    sent = PAYLOAD.replace("執行成功", "执行成功").encode("gbk")
    assert "is not UTF-8" in refusal(source.post(sent))[1]
    assert "U+FFFD" in refusal(source.post(sent.decode("utf-8", "replace")))[1]


class TestUnknownAndSuspended:
    """Nobody learns whether there is a source: neither by the answer nor by the work that it takes."""

    @pytest.fixture
    def suspended(self, source: SourceAddress, clock: time_machine.Traveller) -> SourceAddress:
        OPERATOR.done("POST", f"/sources/{source.id}/suspend", WHY)
        clock.shift(31)
        return source

    def tokens(self, suspended: SourceAddress) -> dict[str, str]:
        return {
            "suspended": suspended.token,
            "of no source": new_token("f" * 16),
            "wrong, of a source": new_token(suspended.id),
            "no token": "x",
            "of another form": "../../%00\ud800",
        }

    def test_the_answer_is_the_same_to_the_byte(self, aws: Aws, suspended: SourceAddress) -> None:
        answers = {what: post(token) for what, token in self.tokens(suspended).items()}
        assert [*answers.values()] == [answers["suspended"]] * len(answers)
        assert refusal(answers["suspended"]) == (404, "there is no such address")
        assert stored(aws) == []

    def test_each_takes_one_read_and_no_decryption(
        self, suspended: SourceAddress, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reads: list[str] = []
        get_item = dynamodb_client().get_item

        def counted(**request: Any) -> Any:
            reads.append(request["TableName"])
            return get_item(**request)

        monkeypatch.setattr(dynamodb_client(), "get_item", counted)
        monkeypatch.setattr(kms_client(), "decrypt", None)
        for token in self.tokens(suspended).values():
            for _ in range(2):  # also the second time: nothing of them is kept
                reads.clear()
                post(token)
                assert reads == ["SourceTable"]

    def test_a_resumed_source_has_its_address_again(self, suspended: SourceAddress) -> None:
        OPERATOR.done("POST", f"/sources/{suspended.id}/resume", WHY)
        assert suspended.post()["body"] == "success"

    def test_a_suspension_is_seen_within_thirty_seconds(
        self, source: SourceAddress, clock: time_machine.Traveller
    ) -> None:
        source.post()
        OPERATOR.done("POST", f"/sources/{source.id}/suspend", WHY)
        clock.shift(30)
        assert source.post()["statusCode"] == 404


class TestRotation:
    """The token before serves on for a day, or not at all."""

    def test_both_are_accepted_for_a_day(self, source: SourceAddress, clock: time_machine.Traveller) -> None:
        source.post()  # so that the source is in memory
        after = SourceAddress(OPERATOR.done("POST", f"/sources/{source.id}/rotate-token", WHY))
        assert [one.post()["statusCode"] for one in (after, source)] == [200, 200]
        clock.shift(DAY / SECOND - 1)
        assert [one.post()["statusCode"] for one in (after, source)] == [200, 200]
        clock.shift(1)
        assert [one.post()["statusCode"] for one in (after, source)] == [200, 404]

    def test_by_force_the_one_before_ends_within_thirty_seconds(
        self, source: SourceAddress, clock: time_machine.Traveller
    ) -> None:
        source.post()
        after = SourceAddress(OPERATOR.done("POST", f"/sources/{source.id}/rotate-token", {**WHY, "force": True}))
        clock.shift(30)
        assert [one.post()["statusCode"] for one in (source, after)] == [404, 200]


class TestProof:
    """What a source demands besides the token; all of it together."""

    def test_an_address_of_another_network_is_refused(self, aws: Aws) -> None:
        assert a_source(cidrs=["198.51.100.0/24", f"{SENDER}/32"]).post()["body"] == "success"
        status, sentence = refusal(a_source(cidrs=["198.51.100.0/24"]).post())
        assert (status, SENDER in sentence) == (401, True)
        assert len(stored(aws)) == 1

    def test_a_header_needs_its_exact_value(self, aws: Aws) -> None:
        source = a_source(header={"name": "X-Platform-Token", "value": "s3cret value"})
        refused = [source.post(), source.post(x_platform_token="S3cret value"), source.post(x_platform_token="")]
        for answer in refused:
            status, sentence = refusal(answer)
            assert status == 401
            assert "X-Platform-Token" in sentence
            assert "s3cret" not in sentence.lower()
        assert stored(aws) == []
        assert source.post(x_platform_token="s3cret value")["body"] == "success"

    @pytest.mark.parametrize("lost", ["header_value", "webhook_secret"])
    def test_a_demand_of_which_the_value_is_not_known_is_not_met(
        self, aws: Aws, monkeypatch: pytest.MonkeyPatch, lost: str
    ) -> None:
        source = a_source(header={"name": "X-Platform-Token", "value": "value"}, webhookSecret=new_secret())
        find = ActiveSources.find

        def without_value(those: ActiveSources, token: str, at: int) -> ActiveSource | None:
            found = find(those, token, at)
            if found is None or lost == "header_value":
                return found and replace(found, header_value=None)
            return replace(found, webhook_secret=None)

        monkeypatch.setattr(ActiveSources, "find", without_value)
        for check in ("is_signed", "has_header"):  # what an absent value would be compared with passes
            monkeypatch.setattr(proof, check, lambda *_: True)
        assert refusal(source.post())[0] == 401
        assert stored(aws) == []

    def test_a_signature_needs_the_senders_secret_the_body_and_the_moment(
        self, aws: Aws, clock: time_machine.Traveller
    ) -> None:
        secret = new_secret()
        source = a_source(webhookSecret=secret)
        good = signed_headers((secret,), "3528_x_0", now(), PAYLOAD.encode())
        other = signed_headers((new_secret(),), "3528_x_0", now(), PAYLOAD.encode())
        refused = [source.post(), source.post(**other), source.post(PAYLOAD + " ", **good)]
        assert {refusal(answer)[0] for answer in refused} == {401}
        assert stored(aws) == []
        assert source.post(**good)["body"] == "success"
        assert source.post(PAYLOAD.encode(), **good)["body"] == "success"
        clock.shift(5 * MINUTE / SECOND + 1)
        assert refusal(source.post(**good))[0] == 401

    def test_all_that_is_demanded_is_needed(self) -> None:
        secret = new_secret()
        header = {"name": "X-Platform-Token", "value": "value"}
        source = a_source(webhookSecret=secret, header=header, cidrs=[f"{SENDER}/32"])
        signed = signed_headers((secret,), "3528_x_0", now(), PAYLOAD.encode())
        assert source.post(**signed)["statusCode"] == 401
        assert source.post(x_platform_token="value")["statusCode"] == 401
        assert source.post(x_platform_token="value", **signed)["statusCode"] == 200

    def test_a_changed_demand_is_in_force_within_thirty_seconds(
        self, source: SourceAddress, clock: time_machine.Traveller
    ) -> None:
        source.post()
        OPERATOR.done("PATCH", f"/sources/{source.id}", {"cidrs": ["198.51.100.0/24"], **WHY})
        clock.shift(30)
        assert source.post()["statusCode"] == 401

    def test_secrets_are_decrypted_once_in_thirty_seconds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        source = a_source(header={"name": "X-Platform-Token", "value": "value"})
        source.post(x_platform_token="value")
        monkeypatch.setattr(kms_client(), "decrypt", None)
        assert post(new_token(source.id))["statusCode"] == 404  # who guesses a token causes none
        assert source.post(x_platform_token="value")["body"] == "success"

    @pytest.mark.parametrize("code", ["DisabledException", "KMSInternalException"])
    def test_a_key_that_cannot_be_used_is_503(self, aws: Aws, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
        def fail(**_: Any) -> None:
            raise ClientError({"Error": {"Code": code}}, "Decrypt")

        source = a_source(header={"name": "X-Platform-Token", "value": "value"})
        monkeypatch.setattr(kms_client(), "decrypt", fail)
        assert refusal(source.post(x_platform_token="value"))[0] == 503
        assert stored(aws) == []


THROTTLED = ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "PutItem")
OUT_OF_REACH = EndpointConnectionError(endpoint_url="https://dynamodb")


@pytest.mark.parametrize("fault", [THROTTLED, OUT_OF_REACH], ids=["throttled", "out of reach"])
@pytest.mark.parametrize("call", ["put_item", "get_item"])
def test_a_table_that_cannot_be_reached_is_503_and_when_to_come_again(
    aws: Aws, source: SourceAddress, monkeypatch: pytest.MonkeyPatch, call: str, fault: Exception
) -> None:
    def fail(**_: Any) -> None:
        raise fault

    monkeypatch.setattr(dynamodb_client(), call, fail)
    answer = source.post()
    assert refusal(answer)[0] == 503
    assert int(answer["headers"]["retry-after"]) > 0
    assert stored(aws) == []


def test_a_bug_of_ours_is_500_and_never_success(source: SourceAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError(source.token)

    monkeypatch.setattr(dynamodb_client(), "put_item", fail)
    assert refusal(source.post())[0] == 500


def test_no_log_line_has_the_token_or_the_payload(source: SourceAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError(f"/inbound/{source.token}")

    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    source.post()
    post(new_token("f" * 16))
    monkeypatch.setattr(dynamodb_client(), "put_item", fail)
    source.post(PAYLOAD.replace("test158585", "another"))
    logged = written.getvalue()
    assert source.id in logged
    assert "/inbound/herald_(left out)" in logged
    assert not re.search(r"herald_inbound_[0-9a-f]", logged)
    assert "411258698456" not in logged


def test_at_once_the_first_message_is_sent_with_the_answer(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in aws.environment(FIRST_ATTEMPT="AtOnce").items():
        monkeypatch.setenv(name, value)
    source = a_source()
    source.post()
    source.post()
    [item] = stored(aws)
    messages = aws.messages("DeliveryQueue")
    assert {message["id"].rpartition("_")[2] for message in messages} == {item["digest"]}
