"""Every function's log lines: Lambda reads `level` only beside a `timestamp` in RFC 3339 ("Log-level filtering")."""

import io
import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from canary import app as canary_app
from canary_arrival import app as canary_arrival_app
from herald.contract.signature import signed_headers
from herald.domain.api_key import Role, new_key
from herald.domain.canary import NAME, order_id
from herald.domain.clock import now
from herald.domain.review.address_review import suspend
from herald.messaging.alert_topic import AlertTopic
from herald.runtime.logging import logger
from herald.store.canary_table import CanaryTable
from herald.store.partner_table import PartnerTable
from operator_api import app as operator_app
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import SECRET, a_partner
from tests.support.functions.deliverer import employed
from tests.support.functions.dispatcher import failed, registered, stands
from tests.support.http.http_events import api_event
from tests.support.paths import EVENTS, FUNCTIONS

CANARY = 900001
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
LEVELS = {"INFO", "WARNING", "ERROR"}

type Log = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    """The lines that were logged since."""
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def run_events(function: str) -> None:
    """Each event file of the function; what an event should break may break."""
    for path in sorted(EVENTS.glob(f"{function.removesuffix('_api')}_*.json")):
        with suppress(Exception):
            import_module(f"{function}.app").handler(json.loads(path.read_text(encoding="utf-8")), Context())


def alert_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_reach(*_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://sns")

    monkeypatch.setattr(AlertTopic, "publish", out_of_reach)
    run_events("dead_letter")


def canary_that_is_suspended() -> None:
    canary = a_partner(CANARY, name=NAME)
    registered(canary)
    PartnerTable("PartnerTable").save(canary, suspend(canary, "alice", "it is in the way", now()))
    canary_app.handler({"apiUrl": "https://api.example.com"}, Context())


def canary_that_arrives() -> None:
    registered(a_partner(CANARY, name=NAME))
    order = order_id(now() - 1000)
    CanaryTable("CanaryTable").note_sent(order, now())
    body = json.dumps({"body": {"orderId": order}}).encode()
    event = api_event("POST", "/canary", body)
    headers = {**event["headers"], **signed_headers([SECRET], "id", now(), body)}
    canary_arrival_app.handler({**event, "headers": headers}, Context())


def logs_of(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the function run, with something to log."""
    match function:
        case "canary":
            canary_that_is_suspended()
        case "canary_arrival":
            canary_that_arrives()
        case "dead_letter":
            alert_that_fails(monkeypatch)
        case _:
            run_events(function)


@pytest.mark.parametrize("function", sorted(path.parent.name for path in FUNCTIONS.glob("*/app.py")))
def test_a_functions_log_lines_are_ranked_by_their_level(
    aws: Aws,  # noqa: ARG001 - its environment
    log: Log,
    function: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CANARY_PARTNER_ID", str(CANARY))
    employed(monkeypatch)
    registered(a_partner())
    stands(failed(1, now()))
    logs_of(function, monkeypatch)
    assert log()
    for line in log():
        assert RFC_3339.fullmatch(line["timestamp"]), line
        assert datetime.fromisoformat(line["timestamp"]).tzinfo is not None
        assert line["level"] in LEVELS


@pytest.mark.parametrize(
    "act",
    [
        lambda: logger.info("x"),
        lambda: logger.warning("x", extra={"partner_id": 1}),
        lambda: logger.error("x"),
        lambda: logger.warning("x", exc_info=ValueError("y")),
        lambda: logger.error("x", exc_info=ValueError("y")),
        lambda: logger.info({"timestamp_of": "x"}),
    ],
)
def test_a_line_of_any_level_tells_its_moment_in_utc(act: Callable[[], None], log: Log) -> None:
    act()
    (line,) = log()
    assert RFC_3339.fullmatch(line["timestamp"])
    assert datetime.fromisoformat(line["timestamp"]).utcoffset() == timedelta(0)


KEY = "herald_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6"  # of the form of ours, and nobody's
NEW_KEY = f"herald_operator_{KEY[7:50]}"


@pytest.mark.parametrize("key", [KEY, NEW_KEY, "sk-live-0123456789abcdef", "correct horse battery staple"])
@pytest.mark.parametrize(
    ("route", "path"),
    [
        ("$default", "/{}"),
        ("$default", "/partners/3528/{}"),
        ("GET /partners/{partnerId}", "/partners/{}"),
        ("GET /partners/{partnerId}", "/partners/3528_{}"),
        ("GET /notifications/{id}", "/notifications/{}"),
        ("GET /jobs/{jobId}", "/jobs/{}"),
        ("POST /jobs/{jobId}/cancel", "/jobs/{}/cancel"),
        ("POST /keys/{keyId}/revoke", "/keys/{}/revoke"),
        ("GET /partners", "/partners?cursor={}"),
        ("GET /notifications", "/notifications?state=failed&partnerId={}"),
    ],
)
def test_a_key_that_stands_in_a_path_or_a_query_is_not_logged(
    aws: Aws,  # noqa: ARG001 - its environment
    log: Log,
    route: str,
    path: str,
    key: str,
) -> None:
    method = "POST" if route == "$default" else route.partition(" ")[0]
    event = api_event(method, path.format(key), caller={"role": "operator", "name": "alice"})
    event["requestContext"]["routeKey"] = event["routeKey"] = route
    operator_app.handler(event, Context())
    (line,) = [one for one in log() if one["message"] == "request"]
    assert line["route"] == route
    assert key not in json.dumps(log(), ensure_ascii=False)


@pytest.mark.parametrize(
    "act",
    [
        lambda: logger.info(f"key {KEY}"),
        lambda: logger.info("x", extra={"key": KEY}),
        lambda: logger.warning("x", extra={"of": {"deep": [KEY]}}),
        lambda: logger.error("x", exc_info=ValueError(f"no such key: {KEY!r}")),
        lambda: logger.info(f"secret whsec_{KEY[7:]}="),
        lambda: logger.info({"authorization": f"Bearer {KEY}"}),
    ],
)
def test_a_key_or_a_secret_of_our_form_is_left_out_of_any_line(act: Callable[[], None], log: Log) -> None:
    act()
    (line,) = log()
    assert KEY[7:] not in json.dumps(line)
    assert "_(left out)" in json.dumps(line)


@pytest.mark.parametrize("role", Role)
def test_a_key_of_every_role_is_left_out(role: Role, log: Log) -> None:
    key = new_key(role)
    logger.error(f"key {key}", extra={"deep": [{"key": key}]}, exc_info=ValueError(f"no such key: {key!r}"))
    assert key[-43:] not in json.dumps(log())
