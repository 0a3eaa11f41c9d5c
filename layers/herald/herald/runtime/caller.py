"""Who sent a request of the HTTP API: the caller of its key, whether the role is allowed, and the caller's language."""

from collections.abc import Mapping
from typing import Any

from herald.languages.current import set_language
from herald.languages.language import negotiate
from herald.languages.message import Message
from herald.languages.refusal import Refusal

type Caller = Mapping[str, Any]  # `role`, `name` and, for a partner's key, `partnerId`


class RoleRefused(Refusal):
    """The key is valid, but its role is not allowed here. 403."""


def caller_of(event: Mapping[str, Any]) -> Caller:
    """The authorizer's context for the request's key; empty on a route without an authorizer."""
    return (event["requestContext"].get("authorizer") or {}).get("lambda") or {}


def set_language_of(event: Mapping[str, Any]) -> None:
    """Answers in the language that the header `Accept-Language` of the request asks for; in English without one.

    Every handler of the HTTP API calls it first, so that no request is answered in the language of the one before it.
    API Gateway converts header names to lower case, and joins several headers of one name by commas;
    `sam local start-api` passes the names as the client wrote them.
    """
    headers = event.get("headers") or {}
    set_language(negotiate(",".join(text for name, text in headers.items() if name.lower() == "accept-language")))


def require_role(role: str, allowed: tuple[str, ...], refusal: Message) -> None:
    """Raises `RoleRefused` with this sentence if the role is not allowed."""
    if role not in allowed:
        raise RoleRefused(refusal)
