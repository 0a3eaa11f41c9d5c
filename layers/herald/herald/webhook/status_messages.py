"""HTTP statuses as sentences for the partner: the meaning here, and where to look. Pure."""

from http import HTTPStatus
from typing import Final

_MESSAGES: Final = {
    101: "the server wants to speak another protocol",
    400: "the server did not accept the request; its log should say what it missed",
    401: (
        "the partner's receiver did not accept the signature: check that it has the present secret (`whsec_…`), that "
        "its clock is right to 5 minutes, and that it verifies the raw body as it came, not JSON parsed and written "
        "again; if something in front of it asks for a login, that must let Herald pass"
    ),
    403: "the server, or a firewall in front of it, refuses Herald",
    404: "there is nothing at this path",
    405: "the server does not take a POST at this path",
    406: "the server does not want to answer Herald in plain text",
    408: "the server says that the request came too slowly",
    410: "the server says that this path is gone for good",
    413: "the server takes only smaller requests; a notification may have 64 KiB",
    414: "the address is too long for the server",
    415: "the server does not take `application/json`",
    421: "the server says that the request was meant for another one: its name and its certificates may be mixed up",
    429: "the server says that Herald asks too often; its limit must admit the notifications",
    431: "the server takes only smaller headers",
    500: "the partner's program failed; its log should say why",
    502: "something in front of the partner's server got no proper answer from it",
    503: "the server says that it is out of service for now",
    504: "something in front of the partner's server waited for it in vain",
    520: "something in front of the partner's server got no proper answer from it",
    521: "something in front of the partner's server finds it down",
    522: "something in front of the partner's server cannot connect to it",
    524: "something in front of the partner's server waited for it in vain",
    525: "something in front of the partner's server could not agree on TLS with it",
    526: "something in front of the partner's server does not trust its certificate",
}
_NEEDED: Final = "the status must be 200"


def status_message(status: int) -> str:
    """The sentence for a status outside of 2xx and 3xx; every number has one."""
    if status in _MESSAGES:
        return _MESSAGES[status]
    known = next((each.phrase for each in HTTPStatus if each == status), None)
    return f"{known}; {_NEEDED}" if known else _NEEDED
