"""Invokes a function of the stack and waits for its response."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError

from herald.runtime.lazy import Lazy

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_SERVER_ERROR = 500
# One try: a second one would start the work twice. Longer to read than the time limit of any function that is invoked.
_CONFIG = Config(
    connect_timeout=1,
    read_timeout=270,
    retries={"mode": "standard", "total_max_attempts": 1},
    max_pool_connections=50,
    tcp_keepalive=True,
)


class NotInvoked(Exception):
    """Lambda did not run the function, or the function failed: nothing works on the event any more."""


class ResponseLost(Exception):
    """No response came: the function may still be working on the event."""


@Lazy
def client() -> "LambdaClient":
    """The client, reused between invocations; safe to use from several threads."""
    return boto3.client("lambda", config=_CONFIG)


class InvokedFunction:
    """A function, by its name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def invoke(self, event: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """What the function returned. Raises `NotInvoked` and `ResponseLost`."""
        try:
            response = client().invoke(FunctionName=self._name, Payload=json.dumps(event).encode())
            returned = response["Payload"].read()
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] >= _SERVER_ERROR:
                raise ResponseLost(type(error).__name__) from error
            raise NotInvoked(error.response["Error"]["Code"]) from error
        except (HTTPClientError, IncompleteReadError) as error:
            raise ResponseLost(type(error).__name__) from error
        except BotoCoreError as error:  # no connection, no credentials: nothing was sent
            raise NotInvoked(type(error).__name__) from error
        if kind := response.get("FunctionError"):
            raise NotInvoked(kind)
        return json.loads(returned)
