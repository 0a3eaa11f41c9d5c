"""What the queues share: the client, and sending in batches with a retry of the entries that SQS refused."""

import json
from collections.abc import Iterable, Mapping
from itertools import batched
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from herald.aws.client import new_client
from herald.runtime.lazy import Lazy

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

_CONFIG = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 2},  # at most 7 s, as for DynamoDB
    max_pool_connections=50,
    tcp_keepalive=True,
    parameter_validation=False,  # as for DynamoDB
)
FREQUENT = ("ChangeMessageVisibility", "SendMessageBatch")
_BATCH = 10  # SQS's limit for SendMessageBatch; the bodies are much smaller than its limit of bytes
_TRIES = 3


class QueueUnavailable(Exception):
    """SQS did not accept a message. Nothing is lost: the tables still have what the message was about."""


@Lazy
def client() -> "SQSClient":
    """The client, reused between invocations; safe to use from several threads."""
    return cast("SQSClient", new_client("sqs", _CONFIG, FREQUENT))


def message(body: Mapping[str, Any], *, group: int, delay_seconds: int = 0) -> "SendMessageBatchRequestEntryTypeDef":
    """An entry of a batch. `group` is the partner: SQS shares a standard queue fairly between groups."""
    return {
        "Id": "0",
        "MessageBody": json.dumps(body, separators=(",", ":")),
        "DelaySeconds": delay_seconds,
        "MessageGroupId": str(group),
    }


def depth(queue_url: str) -> int:
    """The approximate number of visible messages."""
    response = client().get_queue_attributes(QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(response["Attributes"]["ApproximateNumberOfMessages"])


def send(queue_url: str, messages: "Iterable[SendMessageBatchRequestEntryTypeDef]") -> int:
    """Sends them in batches of ten; returns how many. Raises `QueueUnavailable` when SQS refuses one three times."""
    sent = 0
    for batch in batched(messages, _BATCH, strict=False):
        _send_batch(queue_url, batch)
        sent += len(batch)
    return sent


def _send_batch(queue_url: str, batch: "tuple[SendMessageBatchRequestEntryTypeDef, ...]") -> None:
    left: dict[str, SendMessageBatchRequestEntryTypeDef] = {
        str(n): {**entry, "Id": str(n)} for n, entry in enumerate(batch)
    }
    for _ in range(_TRIES):
        try:
            response = client().send_message_batch(QueueUrl=queue_url, Entries=list(left.values()))
        except (ClientError, BotoCoreError) as error:
            raise QueueUnavailable(type(error).__name__) from error
        left = {failure["Id"]: left[failure["Id"]] for failure in response.get("Failed", ())}
        if not left:
            return
    failed = f"{len(left)} of {len(batch)} messages were turned down"
    raise QueueUnavailable(failed)
