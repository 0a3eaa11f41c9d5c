"""A person's session: a random id in a cookie, of which only a hash is stored."""

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from console.security.cookies import cookie_of_host, host_cookie
from herald.domain.api_key import id_of_hash
from herald.domain.clock import HOUR, SECOND

LIFETIME: Final = 8 * HOUR  # a working day, in ms
_ID_BYTES: Final = 32
_COOKIE: Final = "herald"
_FORMS: Final = b"forms of the console"
_TEXTS: Final = b"signed texts of the console: "
_SIGNATURE: Final = 32  # hexadecimal digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is signed in, with which key, until when (ms since the epoch)."""

    session_id: str = field(repr=False)
    name: str
    role: str
    key_hash: str = field(repr=False)  # SHA-256 of the key: a revoked key ends its sessions
    expires_at: int
    subject: str = ""  # the account at the provider; empty where a key was the way in, as `key_hash` is otherwise

    @property
    def key_id(self) -> str | None:
        """The id of the key that the session was begun with; None where it was another kind of sign-in."""
        return id_of_hash(self.key_hash) if self.key_hash else None

    @property
    def form_token(self) -> str:
        """The text that every form of this session carries; another site cannot know it."""
        return hmac.new(self.session_id.encode(), _FORMS, sha256).hexdigest()

    def owns(self, token: str) -> bool:
        """Whether a form is one of this session's."""
        return hmac.compare_digest(token.encode(), self.form_token.encode())

    def sign(self, text: str) -> str:
        """The signature of a text of the console in an address: nobody else can make one for this session."""
        return hmac.new(self.session_id.encode(), _TEXTS + text.encode(), sha256).hexdigest()[:_SIGNATURE]

    def is_signed(self, text: str, signature: str) -> bool:
        """Whether this session has signed the text."""
        return hmac.compare_digest(signature.encode(), self.sign(text).encode())


def new_session(name: str, role: str, key_hash: str, now: int, *, subject: str = "") -> Session:
    """A session that begins now, by a key or by the account `subject` at a provider."""
    return Session(
        session_id=secrets.token_urlsafe(_ID_BYTES),
        name=name,
        role=role,
        key_hash=key_hash,
        expires_at=now + LIFETIME,
        subject=subject,
    )


def hash_of_id(session_id: str) -> str:
    """What is stored instead of the id."""
    return sha256(session_id.encode()).hexdigest()


def cookie_name(*, secure: bool) -> str:
    """The name of the session's cookie."""
    return cookie_of_host(_COOKIE, secure=secure)


def session_cookie(session: Session, *, secure: bool) -> Cookie:
    """The cookie of a session: for this host only, not for scripts, and not sent by other sites' links and forms."""
    return _cookie(session.session_id, LIFETIME // SECOND, secure=secure)


def ended_cookie(*, secure: bool) -> Cookie:
    """What removes it from the browser."""
    return _cookie("", -1, secure=secure)


def _cookie(value: str, seconds: int, *, secure: bool) -> Cookie:
    return host_cookie(_COOKIE, value, seconds, secure=secure, same_site=SameSite.STRICT_MODE)
