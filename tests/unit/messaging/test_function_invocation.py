"""What a caller learns of a function that it invokes: what it returned, that it does not run, or that nobody knows."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ReadTimeoutError,
    UnknownServiceError,
)
from botocore.stub import Stubber

from herald.messaging import function_invocation
from herald.messaging.function_invocation import InvokedFunction, NotInvoked, ResponseLost

URL = "https://lambda.eu-central-1.amazonaws.com"
EVENT = {"share": {"lane": "new"}}
REQUEST = {"FunctionName": "dispatcher", "Payload": json.dumps(EVENT).encode()}


@pytest.fixture(autouse=True)
def _new_client(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    function_invocation.client.cache_clear()
    yield
    function_invocation.client.cache_clear()


@pytest.fixture
def stub() -> Iterator[Stubber]:
    with Stubber(function_invocation.client()) as stub:
        yield stub


def responds(stub: Stubber, payload: str, **members: Any) -> None:
    stub.add_response("invoke", {"StatusCode": 200, "Payload": io.BytesIO(payload.encode()), **members}, REQUEST)


def test_what_the_function_returned_is_returned(stub: Stubber) -> None:
    responds(stub, '{"sent": 3, "finished": true}')
    assert InvokedFunction("dispatcher").invoke(EVENT) == {"sent": 3, "finished": True}


def test_a_function_that_failed_works_no_more(stub: Stubber) -> None:
    responds(stub, '{"errorType": "Sandbox.Timedout"}', FunctionError="Unhandled")
    with pytest.raises(NotInvoked, match="Unhandled"):
        InvokedFunction("dispatcher").invoke(EVENT)


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (429, "TooManyRequestsException", NotInvoked),
        (403, "AccessDeniedException", NotInvoked),
        (404, "ResourceNotFoundException", NotInvoked),
        (500, "ServiceException", ResponseLost),
        (502, "EC2UnexpectedException", ResponseLost),
    ],
)
def test_an_error_of_a_client_means_not_invoked_and_one_of_the_service_may_mean_anything(
    stub: Stubber, status: int, code: str, expected: type[Exception]
) -> None:
    stub.add_client_error("invoke", code, http_status_code=status)
    with pytest.raises(expected):
        InvokedFunction("dispatcher").invoke(EVENT)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (ConnectTimeoutError(endpoint_url=URL), NotInvoked),
        (EndpointConnectionError(endpoint_url=URL, error="refused"), NotInvoked),
        (NoCredentialsError(), NotInvoked),
        (UnknownServiceError(service_name="lambda", known_service_names=[]), NotInvoked),
        (IncompleteReadError(actual_bytes=1, expected_bytes=2), ResponseLost),
        (ReadTimeoutError(endpoint_url=URL), ResponseLost),
        (ConnectionClosedError(endpoint_url=URL), ResponseLost),
    ],
)
def test_without_a_connection_nothing_began_and_behind_it_nobody_knows(
    fault: Exception, expected: type[Exception]
) -> None:
    def fails(**_: object) -> None:
        raise fault

    function_invocation.client().meta.events.register("before-call.lambda.Invoke", fails)
    with pytest.raises(expected):
        InvokedFunction("dispatcher").invoke(EVENT)


def test_an_invocation_is_tried_once_and_waited_for_longer_than_the_dispatcher_may_run() -> None:
    config = function_invocation._CONFIG
    assert config.retries["total_max_attempts"] == 1  # type: ignore[attr-defined]  # its stubs lack it
    assert config.read_timeout > 240  # type: ignore[attr-defined] # botocore sets it at run time
