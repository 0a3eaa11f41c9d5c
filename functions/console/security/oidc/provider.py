"""The provider by which people sign in, if the stack has one."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from herald.runtime.settings import get_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """The values of the template's `Oidc…` parameters."""

    issuer: str  # its URL, exactly as the provider writes it in ID tokens
    client_id: str
    role_claim: str
    operator_value: str  # of the claim, for operators
    viewer_value: str

    @property
    def host(self) -> str:
        """How people recognise it: the issuer's host name."""
        return urlsplit(self.issuer).hostname or self.issuer


def configured_provider() -> Provider | None:
    """The provider; None where people sign in with a key."""
    settings = get_settings()
    if not settings.oidc_issuer:
        return None
    return Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        role_claim=settings.oidc_role_claim,
        operator_value=settings.oidc_operator_value,
        viewer_value=settings.oidc_viewer_value,
    )
