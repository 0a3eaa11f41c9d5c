"""Why nobody is signed in, as the person reads it."""

from http import HTTPStatus

from console.security.oidc.provider import Provider
from herald.languages.message import Message
from herald.languages.refusal import Refusal
from herald.languages.shown import shown


class SignInRefused(Refusal):
    """A sign-in by the provider that ended without a session.

    The message is for the person, `status` for the page, and `why` for the log.
    """

    def __init__(self, message: Message, status: HTTPStatus = HTTPStatus.FORBIDDEN, why: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.why = why or str(message)


class ProviderUnavailable(SignInRefused):
    """The provider cannot be reached, or answers what no provider answers."""

    def __init__(self, why: str) -> None:
        message = Message("The provider by which you sign in does not answer properly now. Try again in a minute.")
        super().__init__(message, HTTPStatus.BAD_GATEWAY, why)


class TokenRefused(SignInRefused):
    """The ID token is not a valid one for this sign-in."""

    def __init__(self, why: str) -> None:
        message = Message(
            "What the provider says about you could not be verified, so nobody is signed in: the log says why."
        )
        super().__init__(message, why=why)


def not_begun() -> SignInRefused:
    """The answer belongs to no sign-in of this browser."""
    return SignInRefused(
        Message("This sign-in did not begin in this browser, took longer than ten minutes, or is over: sign in again."),
        HTTPStatus.BAD_REQUEST,
    )


def provider_refused(code: str, description: str) -> SignInRefused:
    """The provider answered with an error, whose text is shown as text."""
    said = shown(f"{code}: {description}" if description else code, 300)
    return SignInRefused(Message("The provider did not sign you in. It says: `{said}`", said=said))


def no_role(name: str, provider: Provider) -> SignInRefused:
    """The provider knows the person, but neither as an operator nor as a viewer."""
    return SignInRefused(
        Message(
            "You are signed in at the provider as `{name}`, but you may not use this console: the claim `{claim}` has "
            "neither the value `{operator}` nor `{viewer}` for you. Ask whoever manages accounts at the provider.",
            name=name,
            claim=provider.role_claim,
            operator=provider.operator_value,
            viewer=provider.viewer_value,
        )
    )
