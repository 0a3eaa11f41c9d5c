"""Who sent a request of the HTTP API: the caller of its key, whether the role is allowed, and the caller's language."""

from collections.abc import Mapping
from typing import Any

from herald.languages.current import set_language
from herald.languages.language import negotiate
from herald.languages.message import Message
from herald.languages.refusal import Refusal

type Caller = Mapping[str, Any]  # `role`, `name`, `keyId`; `partnerId` or `partnerIds` of a key that is bound


class RoleRefused(Refusal):
    """The key is valid, but neither its role nor its partners allow this. 403."""


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


def may_concern(caller: Caller, partner_id: int) -> bool:
    """Whether the caller's key is for this partner: each publisher's key is, unless it is bound to other partners."""
    bound = caller.get("partnerIds")
    return bound is None or str(partner_id) in str(bound).split(",")


def require_partner(caller: Caller, partner_id: int) -> None:
    """Raises `RoleRefused` if the caller's key is bound to other partners."""
    if not may_concern(caller, partner_id):
        raise RoleRefused(
            Message(
                "this key is bound to other partners than {partner_id}: use one that is bound to that partner, or to "
                "none",
                partner_id=partner_id,
            )
        )
