"""What holds for every route of the operators' API: roles, errors, log lines, and the event files."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from herald import __version__
from herald.domain.api_key import Key, Role
from herald.domain.clock import HOUR, SECOND
from herald.store.dynamodb import TableUnavailable
from herald.store.key_table import KeyTable
from herald.store.notification_table import NotificationTable
from operator_api import app
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import NOON, SECRET, a_partner, an_id
from tests.support.functions.dispatcher import failed, registered, stands
from tests.support.http.gateway import Gateway, routes
from tests.support.paths import EVENTS

ID = str(an_id(1))
KEY_ID = "86ee85752f8b41bb"  # of the text "key-to-revoke", as in the event file
WHY = {"reason": "asked for it"}

api = Gateway(app.handler, "OperatorFunction")
ROUTES = routes("OperatorFunction")
TABLES = ("NotificationTable", "PartnerTable", "KeyTable")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


def request_to(route: str) -> tuple[str, str]:
    """The method and the path of a route, with the example's notification and partner."""
    method, path = route.split()
    return method, path.replace("{id}", ID).replace("{partnerId}", "3528").replace("{keyId}", KEY_ID)


@pytest.mark.parametrize("role", ["publisher", "partner", "auditor", None])
def test_a_route_is_for_operators_unless_listed(aws: Aws, role: str | None) -> None:
    registered(a_partner())
    stands(failed(1, NOON))
    before = [aws.items(table) for table in TABLES]
    answers = {
        route: api.call(*request_to(route), {"unknown": True}, role=role) for route, keyed in ROUTES.items() if keyed
    }
    if role == "publisher":
        assert answers.pop("GET /notifications/{id}").status == 200
    for answer in answers.values():
        assert answer.status == 403
        assert f"a key of the role `{role or 'none'}` may not do this" in answer.describe
    assert [aws.items(table) for table in TABLES] == before


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("bound", "status"), [("3528", 200), ("3529,3528", 200), ("3529", 404), ("35280", 404), ("", 404)]
)
def test_a_bound_publisher_sees_its_partners_only(bound: str, status: int) -> None:
    stands(failed(1, NOON))
    publisher = Gateway(app.handler, "OperatorFunction", "publisher", context={"partnerIds": bound})
    answer = publisher.call("GET", f"/notifications/{ID}")
    assert answer.status == status
    unknown = publisher.call("GET", f"/notifications/{an_id(2)}")
    assert unknown.describe == f"there is no notification `{an_id(2)}`"
    if status == 404:
        assert answer.describe == f"there is no notification `{ID}`"


def test_health_and_openapi_need_no_key() -> None:
    assert api.call("GET", "/health", role=None).json == {"status": "ok", "version": __version__}
    assert api.call("GET", "/openapi.json", role=None).json["info"]["version"] == __version__
    assert [route for route, keyed in ROUTES.items() if not keyed] == ["GET /health", "GET /openapi.json"]


@pytest.mark.usefixtures("aws")
def test_every_route_of_the_template_is_answered() -> None:
    registered(a_partner())
    stands(failed(1, NOON))
    answers = [api.call(*request_to(route), None if route.startswith("GET") else {}) for route in ROUTES]
    assert [answer.text for answer in answers if "no such route" in answer.text or answer.status >= 500] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/nope"),
        ("GET", "/partners/"),
        ("DELETE", "/partners"),
        ("PUT", "/partners/3528"),
        ("GET", f"/notifications/{ID}/redrive"),
        ("POST", "/partners/3528/rotate"),
        ("OPTIONS", "/partners"),
    ],
)
@pytest.mark.parametrize("role", ["operator", None])
def test_an_unknown_route_is_404(method: str, path: str, role: str | None) -> None:
    assert api.call(method, path, role=role).describe == "there is no such route"


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("method", "path", "body", "operation"),
    [
        ("GET", f"/notifications/{ID}", None, "GetItem"),
        ("GET", "/notifications?state=failed", None, "Scan"),
        ("GET", "/notifications?state=failed&partnerId=3528", None, "Query"),
        ("GET", "/notifications?partnerId=3528&orderId=order-1", None, "Query"),
        ("POST", f"/notifications/{ID}/redrive", WHY, "UpdateItem"),
        ("POST", "/partners", {"partnerId": 7, "name": "x"}, "PutItem"),
        ("GET", "/partners", None, "Scan"),
        ("GET", "/keys", None, "Scan"),
        ("POST", "/keys", {"role": "viewer", "name": "x"}, "PutItem"),
        ("POST", "/partners/3528/suspend", WHY, "TransactWriteItems"),  # its secret is in clear, and moved by this
    ],
)
def test_an_unavailable_table_is_503_with_retry_after(
    network: Network, method: str, path: str, body: Any, operation: str
) -> None:
    registered(a_partner())
    stands(failed(1, NOON))
    with network.throttles(operation):
        answer = api.call(method, path, body)
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert "try again" in answer.describe


@pytest.mark.usefixtures("aws")
def test_an_unexpected_error_is_500_and_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(NotificationTable, "get", breaks)
    answer = api.call("GET", f"/notifications/{ID}")
    assert (answer.status, answer.describe) == (500, "our fault: the log says more")
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.usefixtures("aws")
def test_each_request_logs_one_line(caplog: pytest.LogCaptureFixture) -> None:
    registered(a_partner())
    api.call("POST", "/partners/3528/suspend", WHY)
    api.call("GET", "/nope", role=None)
    lines = [vars(record) for record in caplog.records]
    assert [(line["message"], line["route"], line["status"], line["caller"]) for line in lines] == [
        ("request", "POST /partners/{partnerId}/suspend", 200, "alice"),
        ("request", "$default", 404, None),
    ]
    assert lines[0]["path"] == "/partners/3528/suspend"


@pytest.mark.usefixtures("aws")
def test_no_secret_key_or_payload_is_logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    stands(failed(1, NOON))
    created = api.call("POST", "/partners", {"partnerId": 3528, "name": "West Lake"}).json
    made = api.call("POST", "/keys", {"role": "operator", "name": "bob"}).json
    api.call("GET", f"/notifications/{ID}")
    api.call("POST", f"/notifications/{ID}/redrive", WHY)
    monkeypatch.setattr(NotificationTable, "get", _unavailable)
    api.call("GET", f"/notifications/{ID}")
    logged = caplog.text + str([vars(record) for record in caplog.records])
    assert not [
        word for word in (created["secret"], created["queryKey"], made["key"], "411258698456", SECRET) if word in logged
    ]


def _unavailable(*_: object) -> None:
    raise TableUnavailable


# ── The event files ──

CASES = {
    "operator_health": 200,
    "operator_openapi": 200,
    "operator_unknown_route": 404,
    "operator_work_list": 200,
    "operator_failed_of_a_partner": 200,
    "operator_order": 200,
    "operator_show_notification": 200,
    "operator_redrive": 200,
    "operator_redrive_stale": 409,
    "operator_redrive_stale_in_chinese": 409,
    "operator_redrive_without_reason": 400,
    "operator_resolve": 200,
    "operator_create_partner": 201,
    "operator_create_partner_private_address": 400,
    "operator_change_partner": 200,
    "operator_approve_untested": 409,
    "operator_suspend_partner": 200,
    "operator_rotate_secret": 200,
    "operator_encrypt_secrets": 200,
    "operator_delete_order": 200,
    "operator_delete_partner": 202,
    "operator_reindex": 202,
    "operator_start_job": 202,
    "operator_start_job_not_allowed": 409,
    "operator_list_keys": 200,
    "operator_create_key": 201,
    "operator_revoke_key": 200,
    "operator_revoke_own_key": 409,
    "operator_publisher_key": 403,
    "operator_viewer_key": 403,
    "operator_bound_publisher_key": 404,
}


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("event", "status"), CASES.items())
def test_an_event_file_gets_its_status(event: str, status: int) -> None:
    registered(a_partner(proposed_url="https://new.example/notify"))
    stands(failed(1, NOON - HOUR))
    KeyTable("KeyTable").add("key-to-revoke", Key(role=Role.OPERATOR, name="bob"), NOON - HOUR)
    answer = app.handler(json.loads((EVENTS / f"{event}.json").read_text()), Context())
    assert answer["statusCode"] == status, answer["body"]


def test_every_event_file_is_tested() -> None:
    assert {path.stem for path in EVENTS.glob("operator_*.json")} == set(CASES)
