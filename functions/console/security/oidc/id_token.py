"""The ID token: its signature and what it claims (OpenID Connect Core 1.0, section 3.1.3.7).

PyJWT and the cryptography below it take a fifth of a second to import, so only the end of a sign-in imports this.
"""

from collections.abc import Mapping
from typing import Any, Final

import jwt

from console.security.oidc.metadata import Published
from console.security.oidc.provider import Provider
from console.security.oidc.refusals import TokenRefused

# Signatures by a private key of the provider's only: never `none`, never HMAC, for which its public key would do.
ALGORITHMS: Final = ("RS256", "PS256", "ES256")
_LEEWAY: Final = 60  # seconds by which the provider's clock may differ from ours
_REQUIRED: Final = ["iss", "sub", "aud", "exp", "iat", "nonce"]


def checked_claims(token: str, provider: Provider, nonce: str, keys: Published) -> Mapping[str, Any]:
    """The claims of a valid token for this sign-in. Raises `TokenRefused`, `ProviderUnavailable`."""
    try:
        claims = jwt.decode(
            token,
            _key_of(token, keys),
            algorithms=ALGORITHMS,
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=_LEEWAY,
            options={"require": _REQUIRED},
        )
    except jwt.PyJWTError as error:
        raise TokenRefused(f"{type(error).__name__}: {error}") from None
    _check_party(claims, provider)
    if claims["nonce"] != nonce:
        raise TokenRefused("the nonce is another sign-in's")
    return claims


def _check_party(claims: Mapping[str, Any], provider: Provider) -> None:
    """Whether the token was made for us, where it is for several. Raises `TokenRefused`."""
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != provider.client_id:
        raise TokenRefused(f"the authorized party is {claims.get('azp')!r}")


def _key_of(token: str, keys: Published) -> jwt.PyJWK:
    """The key that the token names. A provider may have got a new one, so the keys are read once more."""
    header = jwt.get_unverified_header(token)
    if header.get("alg") not in ALGORITHMS:
        raise TokenRefused(f"the algorithm is {header.get('alg')!r}")
    for key_set in (keys.keys, keys.newer_keys):
        found = _named(key_set(), header.get("kid"))
        if found is not None:
            return found
    raise TokenRefused(f"the provider has no key {header.get('kid')!r}")


def _named(published: Mapping[str, Any] | None, kid: object) -> jwt.PyJWK | None:
    """The key with this id. A token may leave the id out where the provider has one key for signatures."""
    if published is None:
        return None
    usable = [key for key in jwt.PyJWKSet.from_dict(dict(published)).keys if key.public_key_use in (None, "sig")]
    if kid is None:
        return usable[0] if len(usable) == 1 else None
    return next((key for key in usable if key.key_id == kid), None)
