"""A viewer reads what an operator reads and changes nothing: tried on every route of the API's description."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from herald.domain.clock import SECOND
from inbound import app as inbound_app
from operator_api import app as operator_app
from orders import app as orders_app
from receiver import app as receiver_app
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, PAYLOAD, a_partner, an_id
from tests.support.functions.dispatcher import failed, registered, stands
from tests.support.http.gateway import Gateway, routes
from tests.support.http.openapi_assertions import description

WHY = {"reason": "asked for it"}
ID = str(an_id(1))
APIS = {
    name: Gateway(handler, name)
    for name, handler in (
        ("OperatorFunction", operator_app.handler),
        ("ReceiverFunction", receiver_app.handler),
        ("InboundFunction", inbound_app.handler),
        ("OrdersFunction", orders_app.handler),
    )
}
FUNCTION_OF = {route: name for name in APIS for route in routes(name)}
ROUTES = sorted(
    f"{method.upper()} {path}" for path, operations in description()["paths"].items() for method in operations
)
SOURCE = {"partnerId": 3528, "name": "x", **WHY}
JOB = {"action": "redrive", "filter": {"partnerId": 3528, "state": "failed"}, **WHY}
QUERIES = {
    "GET /notifications": "?state=failed",
    "GET /orders": "?orderId=test158585",
    "DELETE /partners/{partnerId}": "?reason=repaired&force=true",
    "DELETE /orders/{orderId}": "?partnerId=3528&reason=repaired&force=true",
}
BODIES: dict[str, Any] = {  # what an operator or a publisher may send there; elsewhere the reason
    "POST /notifications": PAYLOAD,
    "POST /notifications/batch": f"[{PAYLOAD}]",
    "POST /jobs": {**JOB, "dryRun": True},
    "POST /keys": {"role": "viewer", "name": "bob"},
    "POST /partners": {"partnerId": 7, "name": "x"},
    "POST /sources": SOURCE,
    "PATCH /sources/{sourceId}": {"name": "x", **WHY},
    "PATCH /partners/{partnerId}": {"name": "x", **WHY},
    "POST /partners/{partnerId}/test": {"which": "approved"},
}
INBOUND = "POST /inbound/{token}"  # takes no key at all: test_inbound.py
TABLES = ("NotificationTable", "PartnerTable", "KeyTable", "JobTable", "SourceTable")


@pytest.fixture(autouse=True)
def names(aws: Aws) -> Iterator[dict[str, str]]:  # noqa: ARG001 - the tables
    """What the parameters of the routes name; each is there."""
    with time_machine.travel(NOON / SECOND, tick=False):
        registered(a_partner())
        stands(failed(1, NOON))
        operator = APIS["OperatorFunction"]
        job_id = operator.done("POST", "/jobs", JOB)["jobId"]
        key_id = operator.done("POST", "/keys", {"role": "operator", "name": "bob"})["id"]
        source_id = operator.done("POST", "/sources", SOURCE)["id"]
        made = {"sourceId": source_id, "jobId": job_id, "keyId": key_id}
        yield {**made, "id": ID, "partnerId": "3528", "orderId": "order-1"}


def answer(route: str, names: dict[str, str], role: str) -> Any:
    """The answer to the request of this role, which would be valid of the role for which the route is."""
    method, path = route.split()
    for name, value in names.items():
        path = path.replace(f"{{{name}}}", value)
    body = None if method == "GET" else BODIES.get(route, WHY)
    return APIS[FUNCTION_OF[route]].call(method, path + QUERIES.get(route, ""), body, role=role)


READS = [route for route in ROUTES if route.startswith("GET ") and FUNCTION_OF[route] == "OperatorFunction"]


@pytest.mark.parametrize("route", READS)
def test_a_viewer_reads_what_an_operator_reads(route: str, names: dict[str, str]) -> None:
    got = answer(route, names, "viewer")
    assert got.status == 200
    assert got == answer(route, names, "operator")


@pytest.mark.parametrize("route", sorted({*ROUTES} - {*READS, INBOUND}))
def test_a_viewer_changes_nothing(aws: Aws, route: str, names: dict[str, str]) -> None:
    before = [aws.items(table) for table in TABLES]
    got = answer(route, names, "viewer")
    assert got.status == 403
    assert "a key of the role `viewer` may not" in got.describe
    assert [aws.items(table) for table in TABLES] == before


def test_every_route_is_tried() -> None:
    assert {*ROUTES} == {*FUNCTION_OF}
    assert len(READS) >= 9


# An operator may do each of them, so that a viewer is refused for its role and not for the request. The test of an
# address goes to the partner's server, and the two others are not an operator's.
NO_OPERATORS = {"POST /notifications", "POST /notifications/batch", "GET /orders"}
CHANGES = sorted({*ROUTES} - {*READS, *NO_OPERATORS, INBOUND, "POST /partners/{partnerId}/test"})
NOT_ALLOWED_NOW = {
    "POST /sources/{sourceId}/resume",
    *(f"POST /partners/{{partnerId}}/{action}" for action in ("approve", "resume", "probe", "close-breaker")),
}


@pytest.mark.parametrize("route", CHANGES)
def test_an_operator_may_do_it(route: str, names: dict[str, str]) -> None:
    expected = {409} if route in NOT_ALLOWED_NOW else {200, 201, 202}
    assert answer(route, names, "operator").status in expected
