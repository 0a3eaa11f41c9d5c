"""Responses to a browser, with the headers that every one of them has."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

type HttpResponse = dict[str, Any]

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


def page(html: str, status: HTTPStatus = HTTPStatus.OK, *, language: str, cookies: Sequence[str] = ()) -> HttpResponse:
    """A page. `cookies` are the values of `Set-Cookie`."""
    headers = {"content-type": "text/html; charset=utf-8", "content-language": language, **_NOT_KEPT}
    return _response(status, html, headers, cookies)


def redirect(location: str, *, cookies: Sequence[str] = ()) -> HttpResponse:
    """`303 See Other`: the browser gets this page of the console."""
    return _response(HTTPStatus.SEE_OTHER, "", {"location": location, **_NOT_KEPT}, cookies)


def asset(text: str, content_type: str) -> HttpResponse:
    """A file of the console, which the browser may keep."""
    return _response(HTTPStatus.OK, text, {"content-type": content_type, **_KEPT}, ())


def _response(status: HTTPStatus, body: str, headers: Mapping[str, str], cookies: Sequence[str]) -> HttpResponse:
    return {
        "statusCode": int(status),
        "headers": {**SECURITY_HEADERS, **headers},
        "cookies": [*cookies],
        "body": body,
    }
