"""Who sent a request of the HTTP API: what the authorizer found for its key, and whether the key's role is allowed."""

from collections.abc import Mapping
from typing import Any

type Caller = Mapping[str, Any]  # `role`, `name`, `keyId`; `partnerId` or `partnerIds` of a key that is bound


class RoleRefused(Exception):
    """The key is valid, but neither its role nor its partners allow this. The text is for the caller (403)."""


def caller_of(event: Mapping[str, Any]) -> Caller:
    """The authorizer's context for the request's key; empty on a route without an authorizer."""
    return (event["requestContext"].get("authorizer") or {}).get("lambda") or {}


def require_role(role: str, allowed: tuple[str, ...], rule: str) -> None:
    """Raises `RoleRefused` if the role is not allowed. `rule` ends the sentence: what is refused, and the remedy."""
    if role not in allowed:
        raise RoleRefused(f"a key of the role `{role}` may not {rule}")


def may_concern(caller: Caller, partner_id: int) -> bool:
    """Whether the caller's key is for this partner: each publisher's key is, unless it is bound to other partners."""
    bound = caller.get("partnerIds")
    return bound is None or str(partner_id) in str(bound).split(",")


def require_partner(caller: Caller, partner_id: int) -> None:
    """Raises `RoleRefused` if the caller's key is bound to other partners."""
    if not may_concern(caller, partner_id):
        raise RoleRefused(
            f"this key is bound to other partners than {partner_id}: use one that is bound to that partner, or to none"
        )
