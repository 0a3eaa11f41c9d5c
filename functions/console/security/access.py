"""Who a request comes from, and whether it may change something."""

from console.dependencies import is_secure, keys, sessions
from console.request import Request
from console.security.same_origin import is_same_origin
from console.security.session import Session, cookie_name, hash_of_id
from herald.domain.api_key import Role
from herald.domain.clock import SECOND
from herald.store.dynamodb import Item

READERS = frozenset({Role.OPERATOR, Role.VIEWER})
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
    key = keys().with_hash(session.key_hash)
    if key is None or not key.is_valid(now):
        sessions().end(hash_of_id(session_id))
        raise SignInNeeded
    return session


def check_change(request: Request, session: Session) -> None:
    """Raises `RequestRefused` and `ReadOnly` for a request that may change nothing."""
    if request.method in _SAFE_METHODS:
        return
    if not is_same_origin(request) or not session.owns(request.form.get("token")):
        raise RequestRefused
    if session.role != Role.OPERATOR:
        raise ReadOnly


def _session(session_id: str, item: Item) -> Session:
    return Session(
        session_id=session_id,
        name=str(item["holder"]),
        role=str(item["role"]),
        key_hash=str(item["key_hash"]),
        expires_at=int(item["expires_at"]) * SECOND,
    )
