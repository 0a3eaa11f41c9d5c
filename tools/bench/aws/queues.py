"""SQS and KMS: queues that count what is sent to them, and a cipher that only turns a text's bytes around."""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Mapping
from hashlib import md5
from typing import Any

from tools.bench.aws.dynamodb import OperationFailed

type Request = Mapping[str, Any]
type Response = dict[str, Any]


class Sqs:
    """The queues. `sent` are the messages by queue; nobody receives them."""

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()

    def call(self, operation: str, request: Request) -> Response:
        """The response to a request (SQS, "AWS JSON protocol"). Raises `OperationFailed`."""
        match operation:
            case "SendMessageBatch":
                self.sent[request["QueueUrl"].rpartition("/")[2]] += len(request["Entries"])
                return {"Successful": [_accepted(entry) for entry in request["Entries"]], "Failed": []}
            case "SendMessage":
                self.sent[request["QueueUrl"].rpartition("/")[2]] += 1
                return {name: value for name, value in _accepted(request).items() if name != "Id"}
            case "GetQueueAttributes":
                return {"Attributes": {"ApproximateNumberOfMessages": "0"}}
            case "ChangeMessageVisibility":
                return {}
        raise OperationFailed("InvalidAction", operation)


def _accepted(entry: Request) -> Response:
    digest = md5(entry["MessageBody"].encode(), usedforsecurity=False).hexdigest()
    return {"Id": entry.get("Id"), "MessageId": digest, "MD5OfMessageBody": digest}


def encrypted(text: bytes) -> bytes:
    """What `decrypt` makes into the text again."""
    return text[::-1]


def kms(operation: str, request: Request) -> Response:
    """The response of KMS to `Decrypt`. Raises `OperationFailed`."""
    if operation != "Decrypt":
        raise OperationFailed("UnknownOperationException", operation)
    text = encrypted(b64decode(request["CiphertextBlob"]))
    return {"KeyId": "bench", "Plaintext": b64encode(text).decode(), "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}
