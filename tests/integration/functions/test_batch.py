"""The batch: a result for each notification, as if it had been submitted alone; stored before it is acknowledged."""

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from herald.contract.batch import MAX_BATCH_BYTES, MAX_NOTIFICATIONS
from herald.contract.envelope import MAX_BYTES
from herald.domain.clock import SECOND
from herald.store.dynamodb import LONGEST_CALL, TableUnavailable
from herald.store.notification_table import NotificationTable
from herald.store.partner_table import PartnerTable
from receiver import app as receiver_app
from receiver.batch import BEGIN_WITHIN
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.docs.template import GLOBALS
from tests.support.emitted_metrics import emitted
from tests.support.factories import NOON, PAYLOAD, a_partner
from tests.support.http.http_events import api_event
from tests.support.http.openapi_assertions import undescribed
from tests.support.paths import FIXTURES

PUBLISHER = {"role": "publisher", "name": "platform"}
type Submit = Callable[..., Any]


def payload(number: int, partner_id: int = 3528) -> str:
    return PAYLOAD.replace("test158585", f"order-{number}").replace("3528", str(partner_id))


def array(*parts: str) -> str:
    return f"[{','.join(parts)}]"


def answer_to(body: str | bytes | None, path: str = "/notifications/batch", **caller: Any) -> dict[str, Any]:
    event = api_event("POST", path, body, caller={**PUBLISHER, **caller})
    return dict(receiver_app.handler(event, None))


@pytest.fixture
def submit(aws: Aws) -> Submit:
    """Submits a batch, with two partners in the registry; returns the results. The response is as described."""
    for partner_id in (3528, 7001):
        PartnerTable(aws.refs["PartnerTable"]).add(a_partner(partner_id))

    def submit(body: str | bytes | None, **caller: Any) -> Any:
        answer = answer_to(body, **caller)
        content = json.loads(answer["body"])
        kind = answer["headers"]["content-type"]
        assert undescribed("POST /notifications/batch", answer["statusCode"], kind, content) == []
        return content["results"] if answer["statusCode"] == 200 else (answer["statusCode"], content["describe"])

    return submit


def payloads(aws: Aws) -> list[str]:
    return sorted(item["payload"] for item in aws.items("NotificationTable"))


@pytest.mark.parametrize("encoded", [False, True], ids=["as text", "in base64"])
@pytest.mark.parametrize("form", ["array", "lines"])
def test_a_hundred_are_stored_and_acknowledged_in_order(aws: Aws, submit: Submit, form: str, *, encoded: bool) -> None:
    sent = [payload(n, (3528, 7001)[n % 2]) for n in range(MAX_NOTIFICATIONS)]
    body = array(*sent) if form == "array" else "\n".join(sent)
    results = submit(body.encode() if encoded else body)
    assert {(one["status"], one["describe"]) for one in results} == {(200, "success")}
    stored = {f"{item['order_key']}": item for item in aws.items("NotificationTable")}
    for one, text in zip(results, sent, strict=True):
        envelope = json.loads(text)
        item = stored[f"{envelope['partnerId']}:{envelope['body']['orderId']}"]
        assert (item["payload"], item["digest"]) == (text, one["id"].rpartition("_")[2])


FIELDS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffd"), max_size=6),
    st.text(max_size=6).filter(str.isprintable),
)
ORDERS = count()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(FIELDS, st.booleans(), st.sampled_from([None, 1])), min_size=1, max_size=5))
def test_each_is_stored_byte_for_byte(aws: Aws, submit: Submit, forms: list[Any]) -> None:
    sent = []
    for more, ascii_only, indent in forms:
        envelope = {**json.loads(payload(next(ORDERS))), "more": more}
        sent.append(json.dumps(envelope, ensure_ascii=ascii_only, indent=indent))
    results = submit(f"[ {' , '.join(sent)} ]".encode())
    assert [one["status"] for one in results] == [200] * len(sent)
    assert {*sent} <= {item["payload"] for item in aws.items("NotificationTable")}


INVALID = sorted(
    path
    for path in (FIXTURES / "invalid").iterdir()
    if path.stem not in {"not_json", "not_utf8", "not_utf8_gbk", "truncated", "empty"}
)
REFUSED = [
    *(path.read_text(encoding="utf-8") for path in INVALID),
    PAYLOAD.replace("3528", "9999"),
    PAYLOAD.replace("執行成功", "x" * MAX_BYTES),
    PAYLOAD.replace('"code"', '"code":1,"code"'),
    PAYLOAD.replace("10000", "NaN"),
    "5",
]


def test_one_that_is_refused_refuses_no_other_and_says_what_it_would_have_said_alone(aws: Aws, submit: Submit) -> None:
    good = [payload(n) for n in range(len(REFUSED))]
    results = submit(array(*(part for pair in zip(good, REFUSED, strict=True) for part in pair)))
    assert [one["describe"] for one in results[::2]] == ["success"] * len(good)
    for text, one in zip(REFUSED, results[1::2], strict=True):
        alone = answer_to(text, "/notifications")
        assert {"status": alone["statusCode"], **json.loads(alone["body"])} == one
    assert {one["status"] for one in results} == {200, 400, 404, 413}
    assert payloads(aws) == sorted(good)


@pytest.mark.parametrize("encoded", [False, True], ids=["as text", "in base64"])
@pytest.mark.parametrize("form", ["array", "lines"])
def test_one_that_is_not_utf8_refuses_no_other(aws: Aws, submit: Submit, form: str, *, encoded: bool) -> None:
    parts = [payload(1).encode(), payload(2).replace("執行成功", "执行成功").encode("gbk"), payload(3).encode()]
    body = b"[" + b",".join(parts) + b"]" if form == "array" else b"\n".join(parts)
    results = submit(body if encoded else body.decode(errors="replace"))
    assert [one["status"] for one in results] == [200, 400, 200]
    assert "it was not UTF-8 when it was sent" in results[1]["describe"]
    assert payloads(aws) == [payload(1), payload(3)]


def test_a_line_that_is_not_json_refuses_no_other(aws: Aws, submit: Submit) -> None:
    results = submit(f"{payload(1)}\n{PAYLOAD[:-1]}\n\n{payload(2)}\r\n")
    assert [one["status"] for one in results] == [200, 400, 200]
    assert payloads(aws) == [payload(1), payload(2)]


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (f"[{payload(1)},{PAYLOAD[:-1]}]", 400, "not JSON"),
        (f"[{payload(1)},]", 400, "line 1, column"),
        (array(*[payload(1)] * 101), 400, "at most 100 notifications, this one has 101"),
        ("[]", 400, "no notification"),
        (None, 400, "no notification"),
        (array(payload(1)).encode() + b"\xb7", 400, "not JSON"),
        (array(payload(1)) + " " * MAX_BATCH_BYTES, 413, "4194304"),
    ],
    ids=str,
)
def test_what_is_no_batch_is_refused_as_a_whole_and_nothing_is_stored(
    aws: Aws, submit: Submit, body: Any, status: int, says: str
) -> None:
    refused = submit(body)
    assert refused[0] == status
    assert says in refused[1]
    assert payloads(aws) == []


def test_only_a_publisher_may_submit_a_batch(aws: Aws, submit: Submit) -> None:
    assert submit(array(payload(1)), role="operator")[0] == 403
    assert payloads(aws) == []


def test_a_bound_publisher_submits_for_its_partners_only(aws: Aws, submit: Submit) -> None:
    results = submit(array(payload(1), payload(2, 7001)), partnerIds="7001")
    assert [one["status"] for one in results] == [403, 200]
    assert payloads(aws) == [payload(2, 7001)]


def test_the_same_twice_in_one_batch_is_stored_as_sent_first(aws: Aws, submit: Submit, network: Network) -> None:
    again = json.dumps(json.loads(payload(1)), indent=1)
    network.seen.clear()
    results = submit(array(payload(1), again, payload(2), payload(1)))
    assert [one["describe"] for one in results] == ["success"] * 4
    assert len({one["id"] for one in results}) == 2
    assert payloads(aws) == [payload(1), payload(2)]
    assert network.operations().count("PutItem") == 2


def test_what_was_stored_before_is_acknowledged(aws: Aws, submit: Submit) -> None:
    answer_to(payload(1), "/notifications")
    before = aws.items("NotificationTable")
    assert [one["status"] for one in submit(array(payload(1)))] == [200]
    assert aws.items("NotificationTable") == before


def test_a_batch_reads_each_partner_once(submit: Submit, network: Network) -> None:
    network.seen.clear()
    submit(array(*(payload(n, (3528, 7001, 9999)[n % 3]) for n in range(30))))
    assert network.operations().count("GetItem") == 3


class TestOutage:
    """DynamoDB refuses some writes, all of them, or hangs."""

    @pytest.fixture
    def failing(self, monkeypatch: pytest.MonkeyPatch) -> set[str]:
        """Orders whose put fails; the others are stored."""
        orders: set[str] = set()
        put = NotificationTable.put

        def put_some(table: NotificationTable, notification: Any, moment: int) -> Any:
            if notification.id.order_id in orders:
                raise TableUnavailable("ThrottlingException")
            return put(table, notification, moment)

        monkeypatch.setattr(NotificationTable, "put", put_some)
        return orders

    def test_what_could_not_be_stored_is_named_and_can_be_submitted_again(
        self, aws: Aws, submit: Submit, failing: set[str]
    ) -> None:
        failing |= {"order-1", "order-3"}
        sent = [payload(n) for n in range(5)]
        answer = answer_to(array(*sent))
        results = json.loads(answer["body"])["results"]
        assert [one["status"] for one in results] == [200, 503, 200, 503, 200]
        assert results[1] == {"status": 503, "code": 50300, "describe": "not stored: submit it again"}
        assert answer["headers"]["retry-after"] == "5"
        assert payloads(aws) == [sent[0], sent[2], sent[4]]
        failing.clear()
        again = submit(array(*(text for text, one in zip(sent, results, strict=True) if one["status"] >= 500)))
        assert [one["status"] for one in again] == [200, 200]
        assert payloads(aws) == sent

    def test_a_table_that_is_unavailable_is_503_for_each(self, aws: Aws, submit: Submit, network: Network) -> None:
        with network.throttles("PutItem"):
            assert {one["status"] for one in submit(array(payload(1), payload(2)))} == {503}
        with network.breaks("GetItem"):
            results = submit(array(payload(1, 7001), payload(2, 7001), "5"))  # a partner that is not cached yet
        assert [one["status"] for one in results] == [503, 503, 400]
        assert payloads(aws) == []

    def test_a_fault_of_ours_in_one_is_500_for_this_one(self, submit: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
        put = NotificationTable.put

        def put_others(table: NotificationTable, notification: Any, moment: int) -> Any:
            if notification.id.order_id == "order-1":
                raise RuntimeError
            return put(table, notification, moment)

        monkeypatch.setattr(NotificationTable, "put", put_others)
        assert [one["status"] for one in submit(array(payload(1), payload(2)))] == [500, 200]

    def test_what_is_not_begun_in_time_is_not_acknowledged(
        self, aws: Aws, submit: Submit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put = NotificationTable.put
        monkeypatch.setattr("receiver.batch.AT_ONCE", 1)
        with time_machine.travel(NOON / SECOND, tick=False) as clock:

            def slowly(table: NotificationTable, notification: Any, moment: int) -> Any:
                clock.shift(LONGEST_CALL / SECOND)
                return put(table, notification, moment)

            monkeypatch.setattr(NotificationTable, "put", slowly)
            results = submit(array(*(payload(n) for n in range(4))))
        assert [one["status"] for one in results] == [200, 200, 503, 503]
        assert payloads(aws) == [payload(0), payload(1)]

    def test_the_last_call_ends_before_the_function_does(self) -> None:
        """And so does the message to the queue after it, whose longest time is that of a call to DynamoDB."""
        assert GLOBALS["Timeout"] * SECOND > BEGIN_WITHIN + 2 * LONGEST_CALL


class TestAtOnce:
    """FirstAttempt=AtOnce: the receiver sends the first messages itself."""

    @pytest.fixture(autouse=True)
    def at_once(self, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in aws.environment(FIRST_ATTEMPT="AtOnce").items():
            monkeypatch.setenv(name, value)

    def test_messages_are_sent_by_ten(self, aws: Aws, submit: Submit, network: Network) -> None:
        results = submit(array(*(payload(n) for n in range(25)), payload(1), "5"))
        assert network.operations().count("SendMessageBatch") == 3
        messages = aws.messages("DeliveryQueue")
        assert {one["id"] for one in messages} == {one["id"] for one in results if "id" in one}
        assert len(messages) == 25

    def test_a_queue_that_does_not_take_them_costs_no_success(self, submit: Submit, network: Network) -> None:
        with network.breaks("SendMessageBatch"):
            assert [one["status"] for one in submit(array(payload(1)))] == [200]


def test_each_notification_is_counted(submit: Submit, capsys: pytest.CaptureFixture[str]) -> None:
    submit(array(payload(1)))
    capsys.readouterr()
    submit(array(payload(1), payload(2), payload(2), "5", "6", payload(3, 9999)), partnerIds="3528,9999")
    assert emitted(capsys.readouterr().out) == {
        "Accepted": [1],
        "Duplicates": [1, 1],
        "RefusedInvalid": [1, 1],
        "RefusedUnknownPartner": [1],
    }


def test_the_log_has_one_line_with_all_ids_and_never_a_payload(
    submit: Submit, caplog: pytest.LogCaptureFixture
) -> None:
    results = submit(array(payload(1), "5", payload(2)))
    [line] = [vars(record) for record in caplog.records if record.msg == "batch"]
    assert line["notifications"] == [results[0]["id"], results[2]["id"]]
    assert line["failed"] == {"400": 1}
    assert "411258698456" not in str([vars(record) for record in caplog.records])
