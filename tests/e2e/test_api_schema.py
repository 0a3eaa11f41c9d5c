"""The deployed API against its own description: whatever is sent, by whomever, the answer is one that is described."""

from collections.abc import Iterator
from contextlib import nullcontext, suppress
from functools import partial
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Err, Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.e2e.partner import NUMBERS, RegisteredPartner
from tests.support.e2e.stack_client import ANSWERS_WITHIN, StackClient
from tools.sample_partner import SamplePartners

EXAMPLES = 6  # of each kind for each operation and role; the four take less than a minute
HELD_TO = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# The same requests each time; what fails is told as it was found, because to shrink it would take more of them.
BOUNDED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

type Known = dict[str, Any]
type Operation = APIOperation[Any, Any, Any, Any]
type Try = Case[Operation]


@pytest.fixture
def known(stack_client: StackClient, sample_partners: SamplePartners) -> Known:
    """A partner, a notification, a job and a key that are there, so that not every request ends at 404."""
    partner = RegisteredPartner(stack_client, sample_partners, next(NUMBERS))
    key = stack_client.call("POST", f"/partners/{partner.id}/rotate-key", json={"reason": "to ask with"}).json()[
        "queryKey"
    ]
    submitted = stack_client.submit(partner.payload("A-1"))
    wish = {"action": "redrive", "filter": {"partnerId": partner.id, "state": "failed"}, "reason": "a try"}
    job = stack_client.call("POST", "/jobs", json=wish).json()["jobId"]
    key_id = stack_client.call("POST", "/keys", json={"role": "viewer", "name": "to be revoked"}).json()["id"]
    notification_id = submitted.headers["herald-notification-id"]
    url = sample_partners.url(partner.name)
    ids = {"partnerId": partner.id, "id": notification_id, "jobId": job, "keyId": key_id, "orderId": "A-1"}
    return {**ids, "key": key, "url": url}


@pytest.fixture(scope="module")
def operations(stack_client: StackClient) -> list[Operation]:
    """As the deployed API describes them."""
    schema = schemathesis.openapi.from_dict(stack_client.call("GET", "/openapi.json", role=None).json())
    schema.config.generation.update(with_security_parameters=False)  # each test has a key of its own
    found = list(schema.get_all_operations())
    assert [one.err() for one in found if isinstance(one, Err)] == []
    return [one.ok() for one in found if isinstance(one, Ok)]


def harmless(known: Known, case: Try) -> Try:
    """The same request, but no address of somebody on the internet."""
    if isinstance(case.body, dict) and str(case.body.get("url")).startswith("http"):
        case.body["url"] = known["url"]
    return case


def about(known: Known, case: Try) -> Try:
    """The same request about what is there."""
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict):
            part.update({name: value for name, value in known.items() if name in part})
            about_filter = part.get("filter")
            if isinstance(about_filter, dict) and "partnerId" in about_filter:
                about_filter["partnerId"] = known["partnerId"]
    return case


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """One connection for all requests, past any proxy."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


MAY = {
    "publisher": "POST /notifications",
    "operator": "POST /partners/{partnerId}/test",
    "partner": "GET /orders",
    None: "GET /health",
}


@pytest.mark.parametrize("role", MAY)
def test_no_request_gets_an_answer_that_is_not_described(
    stack_client: StackClient, operations: list[Operation], known: Known, session: requests.Session, role: str | None
) -> None:
    key = known["key"] if role == "partner" else stack_client.stack.keys[role] if role else None
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    statuses: set[tuple[str, int]] = set()

    def answered(case: Try) -> None:
        answer = case.call(stack_client.stack.api_url, session, headers, timeout=ANSWERS_WITHIN)
        statuses.add((case.operation.label, answer.status_code))
        case.validate_response(answer, checks=HELD_TO)

    for operation in operations:
        for mode in GenerationMode:
            cases = operation.as_strategy(generation_mode=mode).map(partial(harmless, known))
            # Nothing can be wrong about a request that takes nothing.
            with suppress(Unsatisfiable) if mode.is_negative else nullcontext():
                BOUNDED(given(cases)(answered))()
                BOUNDED(given(cases.map(partial(about, known)))(answered))()
    assert {label for label, _ in statuses} == {operation.label for operation in operations}
    assert (MAY[role], 200) in statuses
