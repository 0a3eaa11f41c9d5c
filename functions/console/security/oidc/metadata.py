"""What the provider publishes: where its endpoints are, and its keys. Both are read again after an hour."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Self
from urllib.parse import urlsplit

from console.security.oidc.provider import Provider
from console.security.oidc.provider_http import get_json
from console.security.oidc.refusals import ProviderUnavailable
from herald.domain.clock import HOUR, MINUTE, now

_KEPT: Final = HOUR  # ms
_SOONEST: Final = MINUTE  # ms between two readings of the keys because of unknown ones
_WELL_KNOWN: Final = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Metadata:
    """The provider's endpoints, absolute URLs of the issuer's scheme."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str

    @classmethod
    def of(cls, document: Mapping[str, Any], issuer: str) -> Self:
        """Reads the discovery document. Raises `ProviderUnavailable` for another issuer's or an incomplete one."""
        if document.get("issuer") != issuer:
            raise ProviderUnavailable(f"the discovery document is of the issuer {document.get('issuer')!r}")
        return cls(*(_endpoint(document, name, issuer) for name in cls.__slots__))


def _endpoint(document: Mapping[str, Any], name: str, issuer: str) -> str:
    url = document.get(name)
    if not isinstance(url, str) or urlsplit(url).scheme != urlsplit(issuer).scheme or not urlsplit(url).hostname:
        raise ProviderUnavailable(f"the discovery document has no usable {name}: {url!r}")
    return url


class Published:
    """The metadata and the keys of one provider, kept in this execution environment.

    The methods raise `ProviderUnavailable`.
    """

    def __init__(self, provider: Provider) -> None:
        self._issuer = provider.issuer
        self._metadata: tuple[int, Metadata] | None = None
        self._keys: tuple[int, Mapping[str, Any]] | None = None

    def metadata(self) -> Metadata:
        """Where the endpoints are."""
        if self._metadata is None or now() - self._metadata[0] >= _KEPT:
            document = get_json(self._issuer.rstrip("/") + _WELL_KNOWN)
            self._metadata = now(), Metadata.of(document, self._issuer)
        return self._metadata[1]

    def keys(self) -> Mapping[str, Any]:
        """The key set (JWKS), at most an hour old."""
        if self._keys is None or now() - self._keys[0] >= _KEPT:
            self._keys = now(), get_json(self.metadata().jwks_uri)
        return self._keys[1]

    def newer_keys(self) -> Mapping[str, Any] | None:
        """The key set, read again because a key is missing in it; None where it was read a moment ago."""
        if self._keys is not None and now() - self._keys[0] < _SOONEST:
            return None
        self._keys = None
        return self.keys()


@cache
def published(provider: Provider) -> Published:
    """What this provider publishes."""
    return Published(provider)
