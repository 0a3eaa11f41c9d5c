"""A partner asks how an order of its own stands."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from herald.contract.envelope import parse_envelope
from herald.domain.decisions.decisions import close
from herald.domain.notification import receive
from herald.domain.review.address_review import suspend
from herald.domain.transitions import Action
from herald.store.notification_table import NotificationTable
from orders import app
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import NOON, PAYLOAD, a_partner
from tests.support.functions.dispatcher import partners, registered
from tests.support.http.http_events import api_event
from tests.support.http.openapi_assertions import undescribed
from tests.support.paths import EVENTS

PARTNER = {"role": "partner", "name": "lake", "partnerId": 3528}


def ask(query: str, caller: dict[str, Any] | None = None) -> tuple[int, Any]:
    path = f"/orders?{query}" if query else "/orders"
    answer = app.handler(api_event("GET", path, caller=caller or PARTNER), Context())
    assert answer["headers"]["content-type"] == "application/json; charset=utf-8"
    status, told = answer["statusCode"], json.loads(answer["body"])
    assert undescribed("GET /orders", status, "application/json", told) == []
    return status, told


def store(text: str = PAYLOAD, at: int = NOON, *, cancelled: bool = False) -> None:
    one = receive(parse_envelope(text).id, text, at, at_once=False)
    if cancelled:
        one = close(one, Action.CANCEL, "alice", "a test", at, 90)
    NotificationTable("NotificationTable").add(one, at)


@pytest.mark.usefixtures("aws")
def test_an_order_is_told_in_the_envelopes_form() -> None:
    store()
    store(PAYLOAD.replace('"usedQuantity":1', '"usedQuantity":2').replace("411258698456", "77"), NOON + 1)
    status, order = ask("orderId=test158585")
    assert status == 200
    assert order["body"] == {**json.loads(PAYLOAD)["body"], "usedQuantity": 2, "sncode": "411258698456,77"}
    assert (order["code"], order["method"], order["partnerId"]) == (10000, "snNotify", 3528)


@pytest.mark.usefixtures("aws")
def test_a_partner_that_may_not_receive_may_ask() -> None:
    registered(before := a_partner())
    partners().save(before, suspend(before, "alice", "moving", NOON))
    store()
    assert ask("orderId=test158585")[0] == 200


@pytest.mark.usefixtures("aws")
def test_what_was_cancelled_is_not_told() -> None:
    store(cancelled=True)
    assert ask("orderId=test158585") == (
        404,
        {"code": 40400, "describe": "no notification tells of an order `test158585`"},
    )


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "`orderId` is missing"),
        ("partnerId=7001", "`orderId` is missing"),
        ("orderId=", "`orderId` must be 1 to 64 printable ASCII"),
        ("orderId=a%20b", "`orderId` must be 1 to 64 printable ASCII"),
        ("orderId=%E8%A8%82", "`orderId` must be 1 to 64 printable ASCII"),
        (f"orderId={'x' * 65}", "`orderId` must be 1 to 64 printable ASCII"),
        ("orderId=a+b", "write + as %2B"),
        ("orderId=a&orderId=b", "`orderId` stands 2 times"),
    ],
)
def test_a_query_that_names_no_order_is_refused_with_a_sentence(query: str, says: str) -> None:
    status, answer = ask(query)
    assert (status, answer["code"]) == (400, 40000)
    assert says in answer["describe"]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("role", ["operator", "publisher"])
def test_only_a_partners_key_may_ask(role: str) -> None:
    status, answer = ask("orderId=test158585", {"role": role, "name": "x"})
    assert (status, "use a partner's query key" in answer["describe"]) == (403, True)


@pytest.mark.usefixtures("aws")
def test_a_table_that_does_not_answer_is_503_and_says_when_to_come_again(network: Network) -> None:
    event = api_event("GET", "/orders?orderId=x", caller=PARTNER)
    with network.breaks("Query"):
        answer = app.handler(event, Context())
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "5")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # one table for all: what stands there may stay
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=64))
def test_no_key_ever_sees_another_partners_order(aws: Aws, order_id: str) -> None:  # noqa: ARG001 - it is stored there
    envelope = json.loads(PAYLOAD)
    envelope["body"]["orderId"] = order_id
    store(json.dumps(envelope))
    quoted = "orderId=" + "".join(f"%{ord(letter):02X}" for letter in order_id)
    assert ask(quoted)[0] == 200
    for other in (352, 35281, 7001):
        assert ask(quoted, {**PARTNER, "partnerId": other})[0] == 404


@pytest.mark.usefixtures("aws")
def test_an_order_beyond_lambdas_limit_is_told_with_the_number_of_codes_that_are_left_out() -> None:
    order = json.loads(PAYLOAD)
    for n in range(120):
        order["body"] |= {"usedQuantity": n + 1, "sncode": ",".join(f"{n:03}-{m:05}" for m in range(6_000))}
        store(json.dumps(order), NOON + n)
    answer = app.handler(api_event("GET", "/orders?orderId=test158585", caller=PARTNER), Context())
    assert len(json.dumps(answer, ensure_ascii=False).encode()) < 6_291_556
    told = json.loads(answer["body"])
    assert undescribed("GET /orders", answer["statusCode"], "application/json", told) == []
    assert told["body"]["usedQuantity"] == 120
    assert told["omittedSncodes"] == 720_000 - len(told["body"]["sncode"].split(",")) > 0


@pytest.mark.usefixtures("aws")
def test_attempts_and_history_of_an_order_are_not_read(network: Network) -> None:
    store()
    assert ask("orderId=test158585")[0] == 200
    (asked,) = (said for operation, said in network.seen if operation == "Query")
    assert {"#attempts", "#history"}.isdisjoint(asked["ProjectionExpression"].split(", "))


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("number", [None, 0, -1, 10**15, "3528 ", "+5", True, 2.5])
def test_a_key_that_is_bound_to_no_partner_may_not_ask(number: Any) -> None:
    status, answer = ask("orderId=test158585", {**PARTNER, "partnerId": number})
    assert (status, "bound to no partner" in answer["describe"]) == (403, True)


CASES = {"known_order": 200, "unknown_order": 404, "without_order_id": 400, "operator_key": 403}


def test_every_event_of_the_orders_function_has_its_answer_here() -> None:
    assert {path.stem.removeprefix("orders_") for path in EVENTS.glob("orders_*.json")} == set(CASES)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("case", CASES)
def test_an_event_of_the_folder_events_is_answered(case: str) -> None:
    store()
    event = json.loads((EVENTS / f"orders_{case}.json").read_text(encoding="utf-8"))
    assert app.handler(event, Context())["statusCode"] == CASES[case]
