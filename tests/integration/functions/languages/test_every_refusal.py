"""Every refusal of the API in both written Chinese languages: no English is left in a sentence."""

import json
import re
from typing import Any

import pytest

from herald.contract.batch import MAX_BATCH_BYTES
from herald.contract.envelope import MAX_BYTES
from herald.domain.clock import HOUR
from herald.domain.partner import EndpointTest, ReviewState
from herald.languages.language import Language
from operator_api import app as operator_api
from operator_api.resolver import MAX_BYTES as MAX_REQUEST
from orders import app as orders
from receiver import app as receiver
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Context
from tests.support.factories import NOON, PAYLOAD, a_partner, an_id, an_outcome
from tests.support.functions.dispatcher import failed, held, registered, stands
from tests.support.http.gateway import Gateway
from tests.support.http.http_events import api_event

CHINESE = (Language.TRADITIONAL_CHINESE, Language.SIMPLIFIED_CHINESE)
WHY = {"reason": "asked for it"}
FAILED, HELD, UNKNOWN = (f"/notifications/{an_id(n)}" for n in (1, 2, 9))
SOURCE: dict[str, Any] = {"name": "x", "partnerId": 3528, **WHY}
JOB: dict[str, Any] = {"action": "redrive", "filter": {"partnerId": 3528, "state": "failed"}, **WHY}
# Quoted texts, names of fields in paths, and what is the same in every language.
SAME = re.compile(r"`[^`]*`|<[^>]*>|\{[^}]*\}|POST /\S*|GET /\S*|[「“][0-9smh ]+[」”]")
ENGLISH = re.compile(r"\b[A-Za-z]{2,} [a-z]{2,}\b")

OPERATOR: list[tuple[int, str, str, Any]] = [
    (400, "GET", "/notifications", None),
    (400, "GET", "/notifications?state=lost", None),
    (400, "GET", "/notifications?state=failed&cursor=x", None),
    (400, "GET", "/notifications?state=failed&partnerId=3528&cursor=x&limit=5", None),
    (400, "GET", "/notifications?partnerId=3528&orderId=order-1&cursor=x", None),
    (400, "GET", "/notifications?partnerId=x&orderId=%20&limit=0", None),
    (400, "GET", "/notifications/x", None),
    (404, "GET", UNKNOWN, None),
    (400, "POST", f"{FAILED}/redrive", "{"),
    (400, "POST", f"{FAILED}/redrive", "[]"),
    (400, "POST", f"{FAILED}/redrive", b"\xb7\xa7"),
    (400, "POST", f"{FAILED}/redrive", {}),
    (400, "POST", f"{FAILED}/redrive", {"reason": "", "turn": "x", "colour": 1}),
    (400, "POST", f"{FAILED}/redrive", {"reason": "x", **{f"more{n}": n for n in range(20)}}),
    (413, "POST", f"{FAILED}/redrive", "x" * (MAX_REQUEST + 1)),
    (409, "POST", f"{FAILED}/redrive", {**WHY, "turn": 99}),
    (409, "POST", f"{HELD}/redrive", WHY),
    (409, "POST", "/notifications/" + str(an_id(1)) + "/resolve", {**WHY, "turn": 1}),
    (404, "POST", f"{UNKNOWN}/cancel", WHY),
    (400, "POST", "/jobs", {}),
    (400, "POST", "/jobs", {**JOB, "filter": {}, "perSecond": 0, "dryRun": 1}),
    (400, "POST", "/jobs", {**JOB, "filter": {**JOB["filter"], "since": "today", "before": 1}}),
    (400, "POST", "/jobs", {**JOB, "filter": {**JOB["filter"], "since": "2030-01-01T00:00:00Z"}}),
    (400, "POST", "/jobs", {**JOB, "filter": {"partnerId": 3528, "state": "waiting", "since": "2026-01-01T00:00:00Z"}}),
    (409, "POST", "/jobs", {**JOB, "filter": {"partnerId": 3528, "state": "held"}}),
    (404, "POST", "/jobs", {**JOB, "filter": {"partnerId": 9, "state": "failed"}}),
    (404, "GET", "/jobs/none", None),
    (404, "POST", "/jobs/none/cancel", WHY),
    (400, "POST", "/partners", {}),
    (400, "POST", "/partners", {"partnerId": 5, "name": "a\u202eb", "contact": "x" * 201, "url": 5, "ladder": 5}),
    (400, "POST", "/partners", {"partnerId": 5, "name": "x", "ladder": ""}),
    (400, "POST", "/partners", {"partnerId": 5, "name": "x", "ladder": "3m never"}),
    (409, "POST", "/partners", {"partnerId": 3528, "name": "x"}),
    (400, "GET", "/partners?limit=0&cursor=x", None),
    (400, "GET", "/partners/x", None),
    (404, "GET", "/partners/9", None),
    (400, "PATCH", "/partners/3528", WHY),
    (400, "PATCH", "/partners/3528", {**WHY, "timeout": 0, "ratePerSecond": 0, "concurrency": 0, "headers": 1}),
    (400, "PATCH", "/partners/3528", {**WHY, "headers": {"X Key": "v"}}),
    (400, "PATCH", "/partners/3528", {**WHY, "headers": {"X-Key": "v", "x-key": "v"}}),
    (400, "PATCH", "/partners/3528", {**WHY, "headers": {"X-Key": ""}}),
    (400, "PATCH", "/partners/3528", {**WHY, "headers": {"Host": "v"}}),
    (400, "PATCH", "/partners/3528", {**WHY, "headers": {"TE": "v"}}),
    (400, "PATCH", "/partners/3528", {**WHY, "headers": {f"X-{n}": "v" for n in range(11)}}),
    (400, "POST", "/partners/3528/test", {"which": "both"}),
    (409, "POST", "/partners/3528/test", {}),
    (409, "POST", "/partners/7/test", {"which": "approved"}),
    (409, "POST", "/partners/3528/approve", WHY),
    (409, "POST", "/partners/7/approve", WHY),
    (409, "POST", "/partners/7/suspend", WHY),
    (409, "POST", "/partners/3528/resume", WHY),
    (409, "POST", "/partners/8/rotate-secret", WHY),
    (400, "GET", "/notifications?partnerId=3528&from=2026-11-23T04:00:00Z&to=2026-11-23T03:00:00Z", None),
    (400, "GET", "/notifications?partnerId=3528&from=2026-01-01T00:00:00Z&to=2026-11-01T00:00:00Z", None),
    (400, "GET", "/notifications?partnerId=3528&from=x&to=x&verdict=x&method=x&sncode=", None),
    (400, "GET", "/notifications?partnerId=3528&cursor=x", None),
    (400, "POST", "/keys", {}),
    (400, "POST", "/keys", {"role": "viewer", "name": "a\u202eb"}),
    (400, "POST", "/keys", {"role": "viewer", "name": "x" * 61}),
    (400, "POST", "/keys", {"role": "partner", "name": "x"}),
    (400, "POST", "/keys", {"role": "viewer", "name": "x", "partnerIds": [3528]}),
    (400, "POST", "/keys", {"role": "viewer", "name": "x", "expiresAt": "2020-01-01T00:00:00Z"}),
    (404, "POST", "/keys", {"role": "partner", "name": "x", "partnerId": 9}),
    (404, "POST", "/keys/0123456789abcdef/revoke", WHY),
    (400, "DELETE", "/partners/3528", None),
    (404, "DELETE", "/partners/9?reason=x", None),
    (409, "DELETE", "/partners/3528?reason=x", None),
    (409, "PATCH", "/partners/6", {"name": "x", **WHY}),
    (409, "POST", "/partners", {"partnerId": 6, "name": "x"}),
    (400, "POST", "/sources", {}),
    (400, "POST", "/sources", {**SOURCE, "cidrs": ["x"]}),
    (400, "POST", "/sources", {**SOURCE, "cidrs": ["::/0"]}),
    (400, "POST", "/sources", {**SOURCE, "cidrs": "x", "header": "x", "webhookSecret": 1}),
    (400, "POST", "/sources", {**SOURCE, "webhookSecret": "x"}),
    (400, "POST", "/sources", {**SOURCE, "header": {"name": "Host", "value": "x"}}),
    (400, "POST", "/sources", {**SOURCE, "header": {"name": "X Y", "value": "x"}}),
    (400, "POST", "/sources", {**SOURCE, "header": {"name": "X-Y", "value": "é"}}),
    (404, "POST", "/sources", {**SOURCE, "partnerId": 9}),
    (404, "GET", "/sources/0123456789abcdef", None),
    (404, "GET", "/nope", None),
]
RECEIVER: list[tuple[int, str | bytes]] = [
    (400, ""),
    (400, b"\xb7\xa7"),
    (400, "\ufeff{}"),
    (400, "\ufffd"),
    (400, "[" * 33),
    (400, "[]"),
    (400, "{}"),
    (400, '{"method":"x"}'),
    (400, '{"method":"snNotify"}'),
    (
        400,
        '{"method":"reNotify","code":"x","describe":5,"partnerId":0,"body":{"orderId":" ","sncode":5,"refundId":[]}}',
    ),
    (400, PAYLOAD.replace('"usedQuantity":1', '"usedQuantity":-1').replace('"orderQuantity":3', '"orderQuantity":1.5')),
    (400, '{"a":1,"a":2}'),
    (400, '{"a":NaN}'),
    (400, '{"a":"\\ud800"}'),
    (400, f'{{"a":{"9" * 65}}}'),
    (400, '{"a":1e309}'),
    (404, PAYLOAD.replace("3528", "9999")),
    (413, " " * (MAX_BYTES + 1)),
]
BATCH: list[tuple[int, str | bytes]] = [
    (400, "\ufeff[]"),
    (400, "[]"),
    (400, "[{]"),
    (400, "[" * 100_000),
    (400, "1\n" * 101),
    (413, " " * (MAX_BATCH_BYTES + 1)),
]
ORDERS = [(400, ""), (400, "?orderId=a&orderId=b"), (400, "?orderId=a%20b"), (404, "?orderId=unknown")]


def check(text: str, status: int, language: Language, response: Any) -> None:
    said = json.loads(text)["describe"]
    assert response == (status, language), said
    assert re.search(r"[\u4e00-\u9fff]", said), said
    assert ENGLISH.search(SAME.sub("`", said)) is None, said
    assert not re.search(r"[\u3000-\u9fff`]\s*[,;:]", SAME.sub("`", said)), said  # the punctuation of English


def check_operator(role: str | None, status: int, method: str, path: str, body: Any) -> None:
    for language in CHINESE:
        api = Gateway(operator_api.handler, "OperatorFunction", role, {"accept-language": language.value})
        answer = api.call(method, path, body)
        check(answer.text, status, language, (answer.status, answer.headers["content-language"]))


def check_function(status: int, function: Any, event: dict[str, Any]) -> None:
    for language in CHINESE:
        answer = function.handler({**event, "headers": {"accept-language": language.value}}, Context())
        check(answer["body"], status, language, (answer["statusCode"], answer["headers"]["content-language"]))


@pytest.fixture
def _stored(aws: object) -> None:  # noqa: ARG001 - the tables
    untested = EndpointTest(url="https://other.example/", outcome=an_outcome())
    rotated = a_partner(8, previous_secret="whsec_eA==", previous_secret_until=NOON + HOUR)
    registered(
        a_partner(last_test=untested),
        a_partner(7, state=ReviewState.PENDING, url=None, proposed_url="https://new.example/"),
        a_partner(6, state=ReviewState.DELETING),
        rotated,
    )
    stands(failed(1, NOON - HOUR), held(2, NOON - HOUR))


@pytest.mark.usefixtures("_stored")
@pytest.mark.parametrize(("status", "method", "path", "body"), OPERATOR)
def test_what_the_operators_api_refuses(status: int, method: str, path: str, body: Any) -> None:
    check_operator("operator", status, method, path, body)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("role", ["publisher", "partner", None])
def test_a_role_that_may_not(role: str | None) -> None:
    check_operator(role, 403, "GET", "/jobs", None)
    check_operator("partner", 403, "GET", FAILED, None)


@pytest.mark.usefixtures("aws")
def test_a_path_with_a_control_character() -> None:
    check_operator("operator", 400, "GET", "/partners/3528%0a", None)


@pytest.mark.usefixtures("_stored")
@pytest.mark.parametrize(("status", "body"), RECEIVER)
def test_what_the_receiver_refuses(status: int, body: str | bytes) -> None:
    caller = {"role": "publisher", "name": "platform"}
    check_function(status, receiver, api_event("POST", "/notifications", body, caller=caller))


@pytest.mark.usefixtures("_stored")
@pytest.mark.parametrize(("status", "body"), BATCH)
def test_what_the_receiver_refuses_of_a_batch(status: int, body: str | bytes) -> None:
    caller = {"role": "publisher", "name": "platform"}
    check_function(status, receiver, api_event("POST", "/notifications/batch", body, caller=caller))


@pytest.mark.usefixtures("_stored")
@pytest.mark.parametrize(("status", "query"), ORDERS)
def test_what_the_order_query_refuses(status: int, query: str) -> None:
    caller = {"role": "partner", "name": "lake", "partnerId": 3528}
    check_function(status, orders, api_event("GET", f"/orders{query}", caller=caller))


@pytest.mark.usefixtures("aws")
def test_a_key_that_may_not_submit_or_query() -> None:
    caller = {"role": "operator", "name": "alice"}
    check_function(403, receiver, api_event("POST", "/notifications", PAYLOAD, caller=caller))
    check_function(403, orders, api_event("GET", "/orders", caller=caller))
    check_function(403, orders, api_event("GET", "/orders", caller={"role": "partner", "name": "lake"}))


@pytest.mark.usefixtures("_stored")
def test_tables_that_do_not_respond(network: Network) -> None:
    caller = {"role": "partner", "name": "lake", "partnerId": 3528}
    with network.breaks("Query"), network.breaks("GetItem"), network.breaks("PutItem"):
        check_operator("operator", 503, "GET", UNKNOWN, None)
        check_function(503, orders, api_event("GET", "/orders?orderId=a", caller=caller))
        check_function(
            503, receiver, api_event("POST", "/notifications", PAYLOAD, caller={**caller, "role": "publisher"})
        )


def test_an_error_of_herald_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    caller = {"role": "partner", "name": "lake", "partnerId": 3528}
    monkeypatch.setattr("herald.runtime.settings.Settings", None)  # no function can start without settings
    check_operator("operator", 500, "GET", UNKNOWN, None)
    check_function(500, orders, api_event("GET", "/orders?orderId=a", caller=caller))
    check_function(500, receiver, api_event("POST", "/notifications", PAYLOAD, caller={**caller, "role": "publisher"}))


@pytest.mark.parametrize(
    "said",
    [
        "there is no such route",
        "`url`：the address must begin with https://",
        "`state` 應為：one of `failed`, `held`",
        "無法取消：此批次作業的狀態為「failed」, 請重新查看",
    ],
)
def test_english_is_found(said: str) -> None:
    with pytest.raises(AssertionError):
        check(json.dumps({"describe": said}), 400, Language.TRADITIONAL_CHINESE, (400, "zh-Hant"))
