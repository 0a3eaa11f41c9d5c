"""Encrypts and decrypts texts under the KMS key of the stack, each for one partner or one source.

The partner's number or the source's id is the encryption context: a text that was encrypted for one of them does not
decrypt for another one, and the key's policy can name it. KMS takes texts of up to 4 KB directly, so there are no data
keys.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from herald.domain.clock import SECOND
from herald.runtime.lazy import Lazy
from herald.store.dynamodb import TableUnavailable

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

MAX_BYTES = 4_096  # of a text (KMS, "Encrypt")
_WITHIN = 1  # seconds, to connect and again to answer
LONGEST_CALL = 2 * _WITHIN * SECOND  # ms: it is tried once, because who waits for it is asked again
_CONFIG = Config(
    connect_timeout=_WITHIN,
    read_timeout=_WITHIN,
    retries={"mode": "standard", "total_max_attempts": 1},
    max_pool_connections=60,  # the deliverer decrypts for up to ten partners at once
    tcp_keepalive=True,
)
AT_ONCE = 6  # calls for one partner; it has two signing secrets and ten headers at most
_ERRORS_OF_THE_TEXT = {"InvalidCiphertextException", "IncorrectKeyException", "ValidationException"}


class SecretsUnavailable(TableUnavailable):
    """KMS failed now, or a permission to use the key or SecretTable is missing: nothing was encrypted or decrypted.

    A disabled key and a refused permission are among the causes: both are corrected without a change of what is stored.
    """


@Lazy
def client() -> "KMSClient":
    """The client, reused between invocations; safe to use from several threads."""
    return boto3.client("kms", config=_CONFIG)


def encrypt(key: str, context: Mapping[str, str], text: str) -> bytes:
    """The text encrypted in this encryption context under the key with this ARN. Raises `SecretsUnavailable`."""
    with _kms_errors():
        response = client().encrypt(KeyId=key, Plaintext=text.encode(), EncryptionContext=context)
    return response["CiphertextBlob"]


def decrypt(key: str, context: Mapping[str, str], encrypted: bytes) -> str:
    """The text that was encrypted in this context. Raises `SecretsUnavailable`.

    What was encrypted in another context, or was changed, raises botocore's `ClientError`.
    """
    with _kms_errors():
        response = client().decrypt(KeyId=key, CiphertextBlob=encrypted, EncryptionContext=context)
    return response["Plaintext"].decode()


def at_once[Given, Result](call: Callable[[Given], Result], those: Sequence[Given]) -> list[Result]:
    """The result of the call for each of those, in their order; up to `AT_ONCE` calls run at the same time."""
    if len(those) <= 1:
        return [call(one) for one in those]
    with ThreadPoolExecutor(min(AT_ONCE, len(those))) as threads:
        return list(threads.map(call, those))


@contextmanager
def permission_errors() -> Iterator[None]:
    """Turns the error that a permission is missing into `SecretsUnavailable`, as KMS's own; others pass through."""
    try:
        yield
    except ClientError as error:
        if (code := error.response.get("Error", {}).get("Code")) == "AccessDeniedException":
            raise SecretsUnavailable(code) from error
        raise


@contextmanager
def _kms_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _ERRORS_OF_THE_TEXT:
            raise
        raise SecretsUnavailable(code) from error
    except BotoCoreError as error:
        raise SecretsUnavailable(type(error).__name__) from error
