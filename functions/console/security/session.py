"""A person's session: a random id in a cookie, of which only a hash is stored. Pure."""

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

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


def set_cookie(session: Session, *, secure: bool) -> str:
    """The value of `Set-Cookie` for a session."""
    seconds = LIFETIME // SECOND
    return f"{cookie_name(secure=secure)}={session.session_id}; Max-Age={seconds}; {_attributes(secure=secure)}"


def delete_cookie(*, secure: bool) -> str:
    """The value of `Set-Cookie` that ends a session in the browser."""
    return f"{cookie_name(secure=secure)}=; Max-Age=0; {_attributes(secure=secure)}"


def _attributes(*, secure: bool) -> str:
    return "Path=/; HttpOnly; SameSite=Strict" + ("; Secure" if secure else "")
