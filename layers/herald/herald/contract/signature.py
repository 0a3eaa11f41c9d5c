"""Signatures by Standard Webhooks (symmetric, version 1), by which a partner verifies the sender."""

import hmac
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence

from herald.domain.clock import MINUTE, SECOND
from herald.languages.message import Message

_PREFIX = "whsec_"
_TOLERANCE = 5 * MINUTE  # between the two clocks; recommended by the specification against replays
_ID = re.compile(r"[^.]+")
_TIMESTAMP = re.compile(r"0|[1-9][0-9]{0,11}")  # longer ones are no moment, and `int` rejects very long texts
_ANY_TEXT = "surrogatepass"  # half a surrogate pair, which JSON allows, must not raise
_SECRET_BYTES = 32  # the specification asks for 24 to 64
_FEWEST_BYTES, _MOST_BYTES = 24, 64


def new_secret() -> str:
    """A new secret in the specification's form: `whsec_` and base64."""
    return _PREFIX + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def secret_flaw(secret: str) -> Message | None:
    """Why this is no secret of another sender, or None. It never tells the secret."""
    try:
        key = b64decode(secret.removeprefix(_PREFIX), validate=True)
    except ValueError:
        key = b""
    if secret.startswith(_PREFIX) and _FEWEST_BYTES <= len(key) <= _MOST_BYTES:
        return None
    return Message("it is `whsec_` and then 24 to 64 bytes in base64, as Standard Webhooks writes a secret")


def signed_headers(signing_secrets: Sequence[str], message_id: str, at: int, body: bytes) -> dict[str, str]:
    """The headers `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`, one signature for each secret.

    `at` is ms since the epoch; there are two secrets while a rotated one is still valid.
    """
    timestamp = str(at // SECOND)
    signatures = " ".join(_signatures(signing_secrets, message_id, timestamp, body))
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": signatures}


def is_signed(signing_secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: int) -> bool:
    """Whether one of the secrets signed these bytes, at most five minutes from `now` (ms since the epoch).

    `headers` have lower-case names, as API Gateway gives them.
    """
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not fits_one_message(message_id, timestamp) or abs(int(timestamp) * SECOND - now) > _TOLERANCE:
        return False
    given = headers.get("webhook-signature", "").split()
    return any(
        hmac.compare_digest(one.encode(errors=_ANY_TEXT), ours.encode())
        for ours in _signatures(signing_secrets, message_id, timestamp, body)
        for one in given
    )


def fits_one_message(message_id: str, timestamp: str) -> bool:
    """Whether a signature of this id and timestamp (as in the headers) fits no other id, timestamp and body.

    The signed bytes are `id.timestamp.body`. With a full stop in the id, or anything but digits in the timestamp, the
    same bytes could be split elsewhere, and a genuine request would verify with other headers and another body.
    """
    return bool(_ID.fullmatch(message_id) and _TIMESTAMP.fullmatch(timestamp))


def _signatures(signing_secrets: Sequence[str], message_id: str, timestamp: str, body: bytes) -> list[str]:
    signed = b".".join((message_id.encode(errors=_ANY_TEXT), timestamp.encode(), body))
    return [f"v1,{_signature(secret, signed)}" for secret in signing_secrets]


def _signature(secret: str, signed: bytes) -> str:
    key = b64decode(secret.removeprefix(_PREFIX))
    return b64encode(hmac.digest(key, signed, "sha256")).decode("ascii")
