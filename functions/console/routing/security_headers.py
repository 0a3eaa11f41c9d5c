"""The headers that every response of the console has."""

from typing import Final

# Nothing but the console's own style sheets, module, pictures and forms; no inline script or style, no frame.
# `connect-src` is for the refresh of lists.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS: Final = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def security_headers(*, secure: bool) -> dict[str, str]:
    """The headers; where the console is served by https, browsers are to use nothing else for a year (RFC 6797)."""
    return {**SECURITY_HEADERS, "strict-transport-security": "max-age=31536000"} if secure else SECURITY_HEADERS
