"""Both clients: boto3's, and ours beside it."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.retries.standard import ExponentialBackoff

from herald.aws.client import Client, new_client
from herald.messaging import sqs
from herald.store import dynamodb
from tests.support.aws.aws_stack import CREDENTIALS

OPERATIONS = {"dynamodb": dynamodb.FREQUENT, "sqs": sqs.FREQUENT}
CONFIG = Config(
    connect_timeout=2,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 2},
    parameter_validation=False,
)

# botocore notes the last one in a success of the last attempt too.
_NOT_COMPARED = {"HTTPHeaders", "RequestId", "MaxAttemptsReached"}

type NewClient = Callable[[str, Config], Any]  # by the name of the service


def by_boto3(service: str, config: Config = CONFIG) -> Any:
    return boto3.client(service, config=config)  # type: ignore[call-overload] # the name is any


def by_us(service: str, config: Config = CONFIG) -> Client:
    client = new_client(service, config, OPERATIONS[service])
    assert isinstance(client, Client)
    return client


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function's, without pauses between attempts."""
    for name, value in {**CREDENTIALS, "AWS_SESSION_TOKEN": "token"}.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_CA_BUNDLE", "HTTPS_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda _self, _context: 0)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # the credentials of this test


def outcome(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
    """What the call comes to: its response or its error, but for what differs from one response to the next."""
    try:
        response = getattr(client, xform_name(operation))(**arguments)
    except ClientError as error:
        return type(error).__name__, str(error), error.operation_name, _comparable(error.response)
    except BotoCoreError as error:
        return type(error).__name__
    return _comparable(response)


def _comparable(response: Any) -> Any:
    metadata = {name: value for name, value in response["ResponseMetadata"].items() if name not in _NOT_COMPARED}
    return {**response, "ResponseMetadata": metadata}
