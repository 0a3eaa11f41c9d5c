"""The two halves of a sign-in: to the provider, and back from it."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from console.request import Form
from console.security.oidc.metadata import published
from console.security.oidc.pending_sign_in import PendingSignIn
from console.security.oidc.person import person_of
from console.security.oidc.provider import Provider
from console.security.oidc.provider_http import post_form
from console.security.oidc.refusals import ProviderUnavailable, no_role, not_begun, provider_refused
from herald.domain.api_key import Role
from herald.domain.clock import now

CALLBACK: Final = "/console/sign-in/callback"  # the path of the redirect address that is registered at the provider
_OK: Final = 200
_SERVER_ERROR: Final = 500


@dataclass(frozen=True, slots=True)
class Admitted:
    """A person who may use the console. `subject` is the provider's own name for the account, which never changes."""

    name: str
    role: Role
    subject: str


def authorization_address(provider: Provider, pending: PendingSignIn, origin: str, *, afresh: bool) -> str:
    """Where the browser goes to sign in. `afresh` asks the provider not to take who is signed in there already.

    Raises `ProviderUnavailable`.
    """
    endpoint = published(provider).metadata().authorization_endpoint
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": origin + CALLBACK,
        "scope": "openid profile email",
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": pending.challenge,
        "code_challenge_method": "S256",
        **({"prompt": "login"} if afresh else {}),
    }
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"


def admitted(provider: Provider, pending: PendingSignIn, answer: Form, origin: str) -> Admitted:
    """The person of whom the provider's answer tells. Raises `SignInRefused`."""
    if not pending.answers(answer.get("state"), now()):
        raise not_begun()  # before anything of the answer is shown: anybody can make such a link
    if error := answer.get("error"):
        raise provider_refused(error, answer.get("error_description"))
    token = _id_token(provider, pending, answer.get("code"), origin)
    from console.security.oidc.id_token import checked_claims  # noqa: PLC0415 - takes a fifth of a second, see there

    claims = checked_claims(token, provider, pending.nonce, published(provider))
    person = person_of(claims, provider)
    if person.role is None:
        raise no_role(person.name, provider)
    return Admitted(person.name, person.role, claims["sub"])


def _id_token(provider: Provider, pending: PendingSignIn, code: str, origin: str) -> str:
    """Exchanges the code. The provider compares the verifier with the challenge, and takes a code once."""
    status, answer = post_form(
        published(provider).metadata().token_endpoint,
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": origin + CALLBACK,
            "client_id": provider.client_id,
            "code_verifier": pending.verifier,
        },
    )
    if status >= _SERVER_ERROR:
        raise ProviderUnavailable(f"token endpoint: HTTP {status}")
    if status != _OK:
        raise provider_refused(str(answer.get("error", status)), str(answer.get("error_description", "")))
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise ProviderUnavailable("token endpoint: no id_token in its answer")
    return token
