"""A person's session: a random id in a cookie, of which only a hash is stored."""

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from herald.domain.clock import HOUR, SECOND

LIFETIME: Final = 8 * HOUR  # a working day, in ms
_ID_BYTES: Final = 32
_FORMS: Final = b"forms of the console"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is signed in, with which key, until when (ms since the epoch)."""

    session_id: str = field(repr=False)
    name: str
    role: str
    key_hash: str = field(repr=False)  # SHA-256 of the key: a revoked key ends its sessions
    expires_at: int

    @property
    def form_token(self) -> str:
        """The text that every form of this session carries; another site cannot know it."""
        return hmac.new(self.session_id.encode(), _FORMS, sha256).hexdigest()

    def owns(self, token: str) -> bool:
        """Whether a form is one of this session's."""
        return hmac.compare_digest(token.encode(), self.form_token.encode())


def new_session(name: str, role: str, key_hash: str, now: int) -> Session:
    """A session that begins now."""
    return Session(
        session_id=secrets.token_urlsafe(_ID_BYTES),
        name=name,
        role=role,
        key_hash=key_hash,
        expires_at=now + LIFETIME,
    )


def hash_of_id(session_id: str) -> str:
    """What is stored instead of the id."""
    return sha256(session_id.encode()).hexdigest()


def cookie_name(*, secure: bool) -> str:
    """The cookie's name. `__Host-` binds it to the host and to https, so the local engine's has another one."""
    return "__Host-herald" if secure else "herald"


def session_cookie(session: Session, *, secure: bool) -> Cookie:
    """The cookie of a session: for this host only, not for scripts, and not sent by other sites' links and forms."""
    return _cookie(session.session_id, LIFETIME // SECOND, secure=secure)


def ended_cookie(*, secure: bool) -> Cookie:
    """What removes it from the browser."""
    return _cookie("", -1, secure=secure)


def _cookie(value: str, seconds: int, *, secure: bool) -> Cookie:
    return Cookie(
        cookie_name(secure=secure),
        value,
        path="/",
        max_age=seconds,
        secure=secure,
        http_only=True,
        same_site=SameSite.STRICT_MODE,
    )
