"""Signatures by Standard Webhooks (symmetric, version 1), so that a partner can tell that a notification is ours."""

import hmac
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence

from herald.clock import MINUTE, SECOND

_PREFIX = "whsec_"
_TOLERANCE = 5 * MINUTE  # between their clock and ours; the specification's advice against replays
_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)  # more is no moment, and `int` refuses a text that is very long
_SECRET_BYTES = 32  # the specification asks for 24 to 64


def new_secret() -> str:
    """A fresh secret in the specification's form: `whsec_` and base64."""
    return _PREFIX + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def signed_headers(signing_secrets: Sequence[str], message_id: str, at: int, body: bytes) -> dict[str, str]:
    """The headers `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`, one signature a secret.

    `at` is ms since the epoch; more than one secret is given while a rotated one still overlaps.
    """
    timestamp = str(at // SECOND)
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    signatures = (f"v1,{_signature(secret, signed)}" for secret in signing_secrets)
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": " ".join(signatures)}


def is_signed(signing_secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: int) -> bool:
    """Whether one of the secrets signed these bytes, at most five minutes from `now` (ms since the epoch).

    `headers` have lower-case names, as API Gateway gives them.
    """
    timestamp = headers.get("webhook-timestamp", "")
    if not _TIMESTAMP.fullmatch(timestamp) or abs(int(timestamp) * SECOND - now) > _TOLERANCE:
        return False
    expected = signed_headers(signing_secrets, headers.get("webhook-id", ""), int(timestamp) * SECOND, body)
    given = headers.get("webhook-signature", "").split()
    return any(
        hmac.compare_digest(one.encode(), ours.encode())
        for ours in expected["webhook-signature"].split()
        for one in given
    )


def _signature(secret: str, signed: bytes) -> str:
    key = b64decode(secret.removeprefix(_PREFIX))
    return b64encode(hmac.digest(key, signed, "sha256")).decode("ascii")
