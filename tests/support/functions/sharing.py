"""Polls that share: Lambda is played by calling the dispatcher again, and a test says what becomes of an invocation."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ReadTimeoutError

from dispatcher import app as dispatcher
from herald.domain.clock import SECOND
from herald.messaging import function_invocation
from tests.support.aws.aws_stack import Context

type Answer = tuple[Any, dict[str, Any]]
type Fate = Callable[[dict[str, Any]], Answer]


@dataclass
class LambdaService:
    """Answers the requests of the functions' own client, from now on until it is forgotten (conftest.py)."""

    fate: Fate = field(default_factory=lambda: runs)
    events: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        function_invocation.client().meta.events.register(
            "before-call.lambda.Invoke",
            self._answer,  # type: ignore[arg-type]  # the stubs know no handler that answers
        )

    def _answer(self, params: dict[str, Any], **_: Any) -> Answer:
        event = json.loads(params["body"])
        self.events.append(event)
        return self.fate(event)


def runs(event: dict[str, Any]) -> Answer:
    """The invocation runs to its end."""
    context = Context(function_name="DispatcherFunction", timeout=240 * SECOND)
    return answered(json.dumps(dispatcher.handler(event, context)))


def is_throttled(_event: dict[str, Any]) -> Answer:
    """The account has no concurrency left."""
    return refused(429, "TooManyRequestsException")


def crashes(_event: dict[str, Any]) -> Answer:
    """The function ended before it returned."""
    return answered('{"errorType": "Runtime.ExitError"}', FunctionError="Unhandled")


def runs_and_its_response_is_lost(event: dict[str, Any]) -> Answer:
    """It does its work, and nobody is told."""
    runs(event)
    raise ReadTimeoutError(endpoint_url="https://lambda.eu-central-1.amazonaws.com")


def is_lost_at_once(_event: dict[str, Any]) -> Answer:
    """Nobody knows what became of it; it did nothing yet."""
    raise ReadTimeoutError(endpoint_url="https://lambda.eu-central-1.amazonaws.com")


def answered(payload: str, **members: Any) -> Answer:
    """A response of Lambda with this payload."""
    return SimpleNamespace(status_code=200), {
        "StatusCode": 200,
        "Payload": io.BytesIO(payload.encode()),
        "ResponseMetadata": {"HTTPStatusCode": 200},
        **members,
    }


def refused(status: int, code: str) -> Answer:
    """An error of Lambda."""
    error = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return SimpleNamespace(status_code=status), error
