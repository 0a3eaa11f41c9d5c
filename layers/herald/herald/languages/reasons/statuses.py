"""Reasons of responses whose HTTP status is outside 2xx: the meaning here, and where to look."""

from collections.abc import Mapping
from typing import Final

from herald.languages.catalogue import N_

_STATUS: Final = N_("HTTP {status}: {detail}")
_BAD_ANSWER: Final = N_("something in front of the partner's server got no proper answer from it")
_WAITED: Final = N_("something in front of the partner's server waited for it in vain")

_MEANINGS: Final = {
    101: N_("the server wants to speak another protocol"),
    400: N_("the server did not accept the request; its log should say what it missed"),
    401: N_(
        "the partner's receiver did not accept the signature: check that it has the present secret (`whsec_…`), that "
        "its clock is right to 5 minutes, and that it verifies the raw body as it came, not JSON parsed and written "
        "again; if something in front of it asks for a login, that must let Herald pass"
    ),
    403: N_("the server, or a firewall in front of it, refuses Herald"),
    404: N_("there is nothing at this path"),
    405: N_("the server does not take a POST at this path"),
    406: N_("the server does not want to answer Herald in plain text"),
    408: N_("the server says that the request came too slowly"),
    410: N_("the server says that this path is gone for good"),
    413: N_("the server takes only smaller requests; a notification may have 64 KiB"),
    414: N_("the address is too long for the server"),
    415: N_("the server does not take `application/json`"),
    421: N_(
        "the server says that the request was meant for another one: its name and its certificates may be mixed up"
    ),
    429: N_("the server says that Herald asks too often; its limit must admit the notifications"),
    431: N_("the server takes only smaller headers"),
    500: N_("the partner's program failed; its log should say why"),
    502: _BAD_ANSWER,
    503: N_("the server says that it is out of service for now"),
    504: _WAITED,
    520: _BAD_ANSWER,
    521: N_("something in front of the partner's server finds it down"),
    522: N_("something in front of the partner's server cannot connect to it"),
    524: _WAITED,
    525: N_("something in front of the partner's server could not agree on TLS with it"),
    526: N_("something in front of the partner's server does not trust its certificate"),
}

TEMPLATES: Final[Mapping[str, tuple[str, ...]]] = {
    **{f"bad_status.{status}": (_STATUS, text) for status, text in _MEANINGS.items()},
    # translators: {phrase} is the status's name in the standard, in English
    "bad_status.known": (_STATUS, N_("{phrase}; the status must be 200")),
    "bad_status.other": (_STATUS, N_("the status must be 200")),
    "redirect.elsewhere": (
        N_(
            "HTTP {status}: it points to `{location}`, but Herald does not follow redirects; register the address that "
            "answers itself"
        ),
    ),
    "redirect.nowhere": (
        N_("HTTP {status}: Herald does not follow redirects; register the address that answers itself"),
    ),
    # translators: {until} is a moment of the response's header Retry-After
    "retry_after": (N_("; it asks for no further attempt before {until:moment}"),),
    "acknowledged_nevertheless": (N_(" (the body was `success`, but the status must be 200)"),),
}
