"""A sign-in that has begun at the provider: what the browser keeps until the provider sends it back.

One random value is in a cookie, and state, nonce and PKCE verifier are derived from it. So the cookie ties the
provider's answer to this browser, nothing is stored on the server before somebody is signed in, and no key has to be
kept to seal it: the values protect the browser that has the cookie, which gains nothing by another value.

The cookie is `SameSite=Lax`: the provider's redirect comes from another site, where a `Strict` one is not sent.
"""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from urllib.parse import quote, unquote

from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from console.security.cookies import cookie_of_host, host_cookie
from herald.domain.clock import MINUTE, SECOND

LIFETIME: Final = 10 * MINUTE  # ms
_COOKIE: Final = "herald-sign-in"
_SECRET_BYTES: Final = 32
_LONGEST_BACK: Final = 1_000  # characters in the cookie: browsers keep cookies of up to 4 KB
_FIRST_PAGE: Final = "/console"
_VALUE: Final = re.compile(r"([A-Za-z0-9_-]{43})\.([0-9]{1,15})\.([A-Za-z0-9_.~%-]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingSignIn:
    """One attempt to sign in by the provider."""

    secret: str = field(repr=False)
    began_at: int  # ms since the epoch
    back: str  # the path of the console at which the person goes on

    @property
    def state(self) -> str:
        """What the provider sends back with its answer."""
        return self._derived(b"state")

    @property
    def nonce(self) -> str:
        """What the provider writes into the ID token."""
        return self._derived(b"nonce")

    @property
    def verifier(self) -> str:
        """PKCE's verifier, which only the exchange of the code tells."""
        return self._derived(b"verifier")

    @property
    def challenge(self) -> str:
        """PKCE's challenge (S256)."""
        return _base64url(sha256(self.verifier.encode()).digest())

    def answers(self, state: str, now: int) -> bool:
        """Whether the provider's answer with this state belongs to this sign-in, and comes in time."""
        in_time = self.began_at <= now < self.began_at + LIFETIME
        return in_time and state.isascii() and hmac.compare_digest(state, self.state)

    def _derived(self, purpose: bytes) -> str:
        return _base64url(hmac.new(self.secret.encode(), purpose, sha256).digest())


def new_pending_sign_in(back: str, now: int) -> PendingSignIn:
    """A sign-in that begins now. A long path is not kept: the person goes on at the first page."""
    kept = back if len(quote(back, safe="")) <= _LONGEST_BACK else _FIRST_PAGE
    return PendingSignIn(secret=secrets.token_urlsafe(_SECRET_BYTES), began_at=now, back=kept)


def pending_cookie_name(*, secure: bool) -> str:
    """The name of the cookie."""
    return cookie_of_host(_COOKIE, secure=secure)


def pending_cookie(pending: PendingSignIn, *, secure: bool) -> Cookie:
    """The cookie that ties the provider's answer to this browser."""
    return _cookie(
        f"{pending.secret}.{pending.began_at}.{quote(pending.back, safe='')}", LIFETIME // SECOND, secure=secure
    )


def ended_pending_cookie(*, secure: bool) -> Cookie:
    """What removes it: each sign-in is answered once."""
    return _cookie("", -1, secure=secure)


def read_pending(value: str) -> PendingSignIn | None:
    """The sign-in of this cookie; None where the value is not one of ours."""
    parts = _VALUE.fullmatch(value)
    if parts is None:
        return None
    return PendingSignIn(secret=parts[1], began_at=int(parts[2]), back=unquote(parts[3]))


def _cookie(value: str, seconds: int, *, secure: bool) -> Cookie:
    return host_cookie(_COOKIE, value, seconds, secure=secure, same_site=SameSite.LAX_MODE)


def _base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
