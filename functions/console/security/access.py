"""Who asks: the session of the cookie, while the key that it was begun with is valid."""

from console.dependencies import is_secure, provider_host, sessions
from console.request import Request
from console.security.session import Session, cookie_name
from customer_service.dependencies import keys
from herald.domain.api_key import IssuedKey, Role, day_of
from herald.domain.clock import now
from herald.runtime.logging import logger
from herald.store.dynamodb import TableUnavailable

ROLES = frozenset({Role.OPERATOR, Role.VIEWER})


def session_of_request(request: Request) -> Session | None:
    """The session; None without a cookie, after its end, and after the end of its key. Raises `TableUnavailable`.

    A session that was begun in the other way than people sign in now, by key or by provider, is over.
    """
    session_id = request.cookies.get(cookie_name(secure=is_secure()))
    session = sessions().find(session_id, now()) if session_id else None
    if session is None or bool(session.key_hash) == bool(provider_host()):
        return None
    return session if not session.key_hash or _is_valid(session) else None


def end_session_of(request: Request) -> None:
    """Ends the session of the cookie that another sign-in replaces: nobody could end it later."""
    session_id = request.cookies.get(cookie_name(secure=is_secure()))
    if session_id:
        sessions().end(session_id)


def key_for(text: str) -> IssuedKey | None:
    """The key with this text if it opens the console. Raises `TableUnavailable`."""
    stored = keys().find(text) if text else None
    return stored if stored and _opens(stored) else None


def note_use(stored: IssuedKey) -> None:
    """Notes the day of the key's last use: one write a key and day. The request does not depend on it."""
    moment = now()
    if stored.last_used_on is not None and stored.last_used_on >= day_of(moment):
        return
    try:
        keys().note_use(stored, moment)
    except TableUnavailable:
        logger.warning("last use not noted", extra={"key_id": stored.key_id}, exc_info=True)


def _is_valid(session: Session) -> bool:
    stored = keys().with_hash(session.key_hash)
    if stored is None or not _opens(stored) or stored.key.role != session.role:
        return False
    note_use(stored)
    return True


def _opens(stored: IssuedKey) -> bool:
    return stored.is_valid(now()) and stored.key.role in ROLES
