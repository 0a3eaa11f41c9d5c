"""Each function of the HTTP API answers in the language of `Accept-Language`, and says which one that was."""

import json
from typing import Any

import pytest

from canary_arrival import app as canary_arrival
from herald.languages.language import Language
from operator_api import app as operator_api
from orders import app as orders
from receiver import app as receiver
from tests.support.aws.aws_stack import Context, Handler
from tests.support.factories import PAYLOAD, a_partner, an_id
from tests.support.functions.dispatcher import failed, registered, stands
from tests.support.http.http_events import api_event
from tests.support.paths import EVENTS

EN, HANT, HANS = Language
OPERATOR, PARTNER, PUBLISHER = (
    {"role": "operator", "name": "alice"},
    {"role": "partner", "name": "lake", "partnerId": 3528},
    {"role": "publisher", "name": "platform"},
)
REFUSED = [
    (receiver.handler, api_event("POST", "/notifications", "", caller=PUBLISHER)),
    (orders.handler, api_event("GET", "/orders", caller=PARTNER)),
    (operator_api.handler, api_event("GET", "/partners/3528", caller={**OPERATOR, "role": "partner"})),
    (operator_api.handler, api_event("GET", "/nope", caller=OPERATOR)),
    (canary_arrival.handler, api_event("POST", "/canary", "{}")),
]
pytestmark = pytest.mark.usefixtures("aws")


def answered(handler: Handler, event: dict[str, Any], **headers: str) -> dict[str, Any]:
    event = {**event, "headers": {**event["headers"], **headers}}
    if event["routeKey"] == "GET /nope":
        event["routeKey"] = "$default"
    return handler(event, Context())


def in_language(handler: Handler, event: dict[str, Any], asked: str) -> dict[str, Any]:
    return answered(handler, event, **{"accept-language": asked})


def describe(response: dict[str, Any]) -> str:
    return str(json.loads(response["body"])["describe"])


@pytest.fixture(autouse=True)
def _canary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY_PARTNER_ID", "900001")


@pytest.mark.parametrize(("handler", "event"), REFUSED)
def test_a_refusal_is_in_the_language_asked_for(handler: Handler, event: dict[str, Any]) -> None:
    responses = {
        language: in_language(handler, event, asked)
        for language, asked in [(EN, "en"), (HANT, "zh-TW,zh;q=0.9,en;q=0.8"), (HANS, "zh-CN")]
    }

    assert len({describe(response) for response in responses.values()}) == 3
    for language, response in responses.items():
        assert response["headers"]["content-language"] == language
        assert response["headers"]["vary"] == "accept-language"
        assert json.loads(response["body"])["code"] == response["statusCode"] * 100


@pytest.mark.parametrize(("handler", "event"), REFUSED)
def test_no_language_is_left_from_the_request_before(handler: Handler, event: dict[str, Any]) -> None:
    first = answered(handler, event)
    chinese = in_language(handler, event, "zh-Hant")

    assert describe(chinese) != describe(first)
    assert answered(handler, event) == first


@pytest.mark.parametrize("asked", ["de", "tlh;q=1", ";;;", "zh_TW", "*", "", "x" * 10_000])
def test_a_language_that_is_not_there_is_english(asked: str) -> None:
    handler, event = REFUSED[0]

    assert in_language(handler, event, asked) == answered(handler, event)


def test_the_name_of_the_header_may_be_in_any_case() -> None:
    handler, event = REFUSED[0]

    assert answered(handler, event, **{"Accept-Language": "zh-HK"})["headers"]["content-language"] == HANT


def test_an_acknowledgement_is_the_same_in_every_language() -> None:
    registered(a_partner())
    event = api_event("POST", "/notifications", PAYLOAD, caller=PUBLISHER)
    responses = [in_language(receiver.handler, event, asked) for asked in ("en", "zh-TW", "zh-CN")]

    assert responses[0]["body"] == "success"
    assert {*responses[0]["headers"]} == {"content-type", "herald-notification-id"}
    assert responses == [responses[0]] * 3


def test_an_order_is_the_same_in_every_language() -> None:
    registered(a_partner())
    receiver.handler(api_event("POST", "/notifications", PAYLOAD, caller=PUBLISHER), None)
    event = api_event("GET", "/orders?orderId=test158585", caller=PARTNER)
    responses = [in_language(orders.handler, event, asked) for asked in ("en", "zh-TW", "zh-CN")]

    assert "content-language" not in responses[0]["headers"]
    assert responses == [responses[0]] * 3


def test_an_answer_with_reasons_says_its_language() -> None:
    stands(failed(1, 0))
    event = {**api_event("GET", f"/notifications/{an_id(1)}", caller=OPERATOR), "routeKey": "GET /notifications/{id}"}
    headers = in_language(operator_api.handler, event, "zh-TW")["headers"]

    assert (headers["content-language"], headers["vary"]) == (HANT, "accept-language")


def test_an_answer_without_sentences_says_none() -> None:
    assert "content-language" not in in_language(operator_api.handler, api_event("GET", "/health"), "zh-TW")["headers"]


def test_the_description_is_in_english() -> None:
    headers = in_language(operator_api.handler, api_event("GET", "/openapi.json"), "zh-TW")["headers"]

    assert headers["content-language"] == EN
    assert "vary" not in headers


def test_the_event_file_in_chinese_is_answered_so() -> None:
    stands(failed(1, 0))
    event = json.loads((EVENTS / "operator_redrive_stale_in_chinese.json").read_text(encoding="utf-8"))

    assert "請重新查看後再決定" in describe(operator_api.handler(event, Context()))
