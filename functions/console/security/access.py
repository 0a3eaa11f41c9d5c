"""Who a request comes from, and whether it may change something."""

from console.dependencies import is_secure, keys, sessions
from console.request import Request
from console.security.same_origin import is_same_origin
from console.security.session import Session, cookie_name, hash_of_id
from herald.store.dynamodb import Item

READERS = ("operator", "viewer")
_SAFE_METHODS = frozenset({"GET", "HEAD"})


class SignInNeeded(Exception):
    """The request has no session, or its session has ended."""


class RequestRefused(Exception):
    """A request that no form of the console sends for this session: from another site, or with another token."""


class ReadOnly(Exception):
    """A viewer's session asks for a change."""


def session_of(request: Request, now: int) -> Session:
    """The session of the request's cookie. Raises `SignInNeeded`, also when its key was revoked."""
    session_id = request.cookies.get(cookie_name(secure=is_secure()), "")
    item = sessions().find(hash_of_id(session_id), now) if session_id else None
    if item is None:
        raise SignInNeeded
    session = _session(session_id, item)
    if not keys().is_valid(session.key_hash, now):
        sessions().end(hash_of_id(session_id))
        raise SignInNeeded
    return session


def check_change(request: Request, session: Session) -> None:
    """Raises `RequestRefused` and `ReadOnly` for a request that may change nothing."""
    if request.method in _SAFE_METHODS:
        return
    if not is_same_origin(request) or not session.owns(request.form.get("token")):
        raise RequestRefused
    if session.role != "operator":
        raise ReadOnly


def _session(session_id: str, item: Item) -> Session:
    return Session(
        session_id=session_id,
        name=str(item["holder"]),
        role=str(item["role"]),
        key_hash=str(item["key_hash"]),
        expires_at=int(item["expires_at"]) * 1000,
    )
