"""Signature Version 4 of a POST of JSON to an endpoint's root, as botocore makes it. Pure.

What is the same in many requests is made once: the key that signs, for a secret and a day, and the text that is
signed, for a session's token. The tests compare the result with botocore's.
"""

from collections.abc import Mapping
from hashlib import sha256
from hmac import digest
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from botocore.credentials import ReadOnlyCredentials

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_DATE: Final = "X-Amz-Date"
_TOKEN: Final = "X-Amz-Security-Token"  # noqa: S105 - the name of a header


class _Frame(NamedTuple):
    """What is signed, up to the timestamp and after it, and the header lines, for one token."""

    token: str | None
    before: str
    after: str
    names: str
    lines: str


class Signer:
    """Signs requests with these headers, which are the same in each: `Host` and others without spaces to collapse."""

    def __init__(self, region: str, service: str, headers: Mapping[str, str]) -> None:
        self._region = region
        self._service = service  # its signing name
        self._headers = dict(headers)
        self._frame = self._framed(None)
        self._derived = (("", ""), b"")  # a key, and the secret and the day for which it was derived

    def signed_lines(self, body: bytes, credentials: "ReadOnlyCredentials", timestamp: str) -> str:
        """The lines of all signed headers and of `Authorization`. `timestamp` is `20261127T130000Z`."""
        frame = self._frame
        if frame.token != credentials.token:
            frame = self._frame = self._framed(credentials.token)
        day = timestamp[:8]
        scope = f"{day}/{self._region}/{self._service}/aws4_request"
        request = f"{frame.before}{timestamp}{frame.after}{sha256(body).hexdigest()}"
        to_sign = f"{_ALGORITHM}\n{timestamp}\n{scope}\n{sha256(request.encode()).hexdigest()}"
        signature = digest(self._key(credentials.secret_key or "", day), to_sign.encode(), "sha256").hex()
        authorization = f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders={frame.names}"
        return f"{frame.lines}{_DATE}: {timestamp}\r\nAuthorization: {authorization}, Signature={signature}\r\n"

    def _framed(self, token: str | None) -> _Frame:
        headers = {**self._headers, _TOKEN: token} if token else self._headers
        signed = sorted([*((name.lower(), f":{value}") for name, value in headers.items()), (_DATE.lower(), ":")])
        at = [name for name, _ in signed].index(_DATE.lower())
        names = ";".join([name for name, _ in signed])
        before = "".join([f"{name}{value}\n" for name, value in signed[:at]])
        after = "".join([f"{name}{value}\n" for name, value in signed[at + 1 :]])
        return _Frame(
            token=token,
            before=f"POST\n/\n\n{before}{_DATE.lower()}:",
            after=f"\n{after}\n{names}\n",
            names=names,
            lines="".join([f"{name}: {value}\r\n" for name, value in headers.items()]),
        )

    def _key(self, secret: str, day: str) -> bytes:
        """Threads may derive it twice; each takes a whole pair."""
        derived_for, key = self._derived
        if derived_for != (secret, day):
            key = f"AWS4{secret}".encode()
            for part in (day, self._region, self._service, "aws4_request"):
                key = digest(key, part.encode(), "sha256")
            self._derived = (secret, day), key
        return key
