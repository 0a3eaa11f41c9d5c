"""Who signed in, from the claims of a valid ID token."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from console.security.oidc.provider import Provider
from herald.domain.api_key import Role
from herald.domain.notification import HERALD
from herald.runtime.visible import visible

MAX_NAME: Final = 60  # characters, as of a key's name: it stands in each history entry
_NAMES: Final = ("name", "preferred_username", "email", "sub")


@dataclass(frozen=True, slots=True)
class Person:
    """The name for histories, and the role; None where the provider gives the person no role of the console."""

    name: str
    role: Role | None


def person_of(claims: Mapping[str, Any], provider: Provider) -> Person:
    """The person that these claims describe."""
    return Person(_name(claims), _role(claims.get(provider.role_claim), provider))


def _name(claims: Mapping[str, Any]) -> str:
    """The first one that is not empty, and not the one by which a history names Herald itself."""
    texts = (claims[name].strip() for name in _NAMES if isinstance(claims.get(name), str))
    return visible(next((text for text in texts if text and text.casefold() != HERALD), "?"))[:MAX_NAME]


def _role(claim: object, provider: Provider) -> Role | None:
    """The role: a claim is one value or a list. Who has both is an operator."""
    values = claim if isinstance(claim, list) else [claim]
    if provider.operator_value in values:
        return Role.OPERATOR
    return Role.VIEWER if provider.viewer_value in values else None
