"""SQS's rules, as its API reference and the page "Amazon SQS message quotas" have them; no model holds them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

LARGEST = 1_048_576  # bytes: of one message, and of all messages of a batch together
_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_QUEUE_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo")
_GROUP = re.compile(r"[A-Za-z0-9!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]{1,128}")
_NOT_ALLOWED = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# By request member or queue attribute; seconds, but for the size (bytes) and the number of messages.
_RANGES = {
    "DelaySeconds": (0, 900),
    "VisibilityTimeout": (0, 43_200),
    "WaitTimeSeconds": (0, 20),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "MaxNumberOfMessages": (1, 10),
    "MessageRetentionPeriod": (60, 1_209_600),
    "MaximumMessageSize": (1_024, LARGEST),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
}


def faults(operation: str, request: Mapping[str, Any]) -> Iterator[str]:
    """Each rule that the request does not meet."""
    yield from _of_one(request)
    yield from _of_one(request.get("Attributes", {}))
    if operation == "CreateQueue" and not _QUEUE_NAME.fullmatch(request.get("QueueName", "")):
        yield f"{request.get('QueueName')!r} is no name of a queue"
    if "Entries" in request:
        yield from _of_batch(request["Entries"])


def _of_one(request: Mapping[str, Any]) -> Iterator[str]:
    """A request, an entry of a batch, or a queue's attributes."""
    for name, (least, most) in _RANGES.items():
        if name in request and not least <= int(request[name]) <= most:
            yield f"{name} is {request[name]}, not from {least} to {most}"
    if "MessageBody" in request:
        yield from _of_body(request["MessageBody"])
    if "MessageGroupId" in request and not _GROUP.fullmatch(request["MessageGroupId"]):
        yield f"MessageGroupId {request['MessageGroupId']!r} is not 1 to 128 letters, digits and punctuation marks"
    if len(request.get("MessageAttributes", {})) > 10:
        yield "a message has at most 10 attributes"
    if request.get("ReceiptHandle") == "":
        yield "ReceiptHandle is empty"


def _of_body(body: str) -> Iterator[str]:
    if not 1 <= _size(body) <= LARGEST:
        yield f"a message has 1 to {LARGEST} bytes, this one {_size(body)}"
    if found := _NOT_ALLOWED.search(body):
        yield f"a message must not contain {found[0]!r}"


def _of_batch(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not 1 <= len(entries) <= 10:
        yield f"a batch has 1 to 10 entries, this one {len(entries)}"
    ids = [entry.get("Id", "") for entry in entries]
    if len(set(ids)) < len(ids):
        yield f"the ids of a batch differ, not so {ids}"
    yield from (
        f"Id {one!r} is not 1 to 80 letters, digits, hyphens and underscores" for one in ids if not _ID.fullmatch(one)
    )
    for entry in entries:
        yield from _of_one(entry)
    if (size := sum(_size(entry.get("MessageBody", "")) for entry in entries)) > LARGEST:
        yield f"the messages of a batch have at most {LARGEST} bytes, these {size}"


def _size(body: str) -> int:
    return len(body.encode("utf-8", "surrogatepass"))
