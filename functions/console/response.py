"""Responses to a browser, with the headers that every one of them has."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie

from herald.languages.current import current_language

type Page = Response[str]

# Nothing is loaded but the console's own style sheet, module and icon, and nothing of it runs or is framed elsewhere.
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "strict-transport-security": "max-age=31536000",  # browsers ignore it over plain http
}
_NOT_KEPT: Final = {"cache-control": "no-store"}
_KEPT: Final = {"cache-control": "public, max-age=31536000, immutable"}  # the address has the content's hash


def page(html: str, status: HTTPStatus = HTTPStatus.OK, cookies: Sequence[Cookie] = ()) -> Page:
    """A page in the reader's language."""
    headers = {"content-language": current_language().value, **_NOT_KEPT}
    return _response(status, html, "text/html; charset=utf-8", headers, cookies)


def redirect(location: str, cookies: Sequence[Cookie] = ()) -> Page:
    """`303 See Other`: the browser gets this page of the console."""
    return _response(
        HTTPStatus.SEE_OTHER, "", "text/plain; charset=utf-8", {"location": location, **_NOT_KEPT}, cookies
    )


def asset(text: str, content_type: str) -> Page:
    """A file of the console, which the browser may keep."""
    return _response(HTTPStatus.OK, text, content_type, _KEPT, ())


def _response(
    status: HTTPStatus, body: str, content_type: str, headers: Mapping[str, str], cookies: Sequence[Cookie]
) -> Page:
    sent: dict[str, Any] = {**SECURITY_HEADERS, **headers}
    return Response(int(status), content_type, body, headers=sent, cookies=[*cookies])
