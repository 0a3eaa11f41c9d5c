"""Who sent a request of the HTTP API: what the authorizer found for its key, and whether the key's role is allowed."""

from collections.abc import Mapping
from typing import Any

type Caller = Mapping[str, Any]  # `role`, `name` and, for a partner's key, `partnerId`


class RoleRefused(Exception):
    """The key is valid, but its role is not allowed here. The text is for the caller (403)."""


def caller_of(event: Mapping[str, Any]) -> Caller:
    """The authorizer's context for the request's key; empty on a route without an authorizer."""
    return (event["requestContext"].get("authorizer") or {}).get("lambda") or {}


def require_role(role: str, allowed: tuple[str, ...], rule: str) -> None:
    """Raises `RoleRefused` if the role is not allowed. `rule` ends the sentence: what is refused, and the remedy."""
    if role not in allowed:
        raise RoleRefused(f"a key of the role `{role}` may not {rule}")
