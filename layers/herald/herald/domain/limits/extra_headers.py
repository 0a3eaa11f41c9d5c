"""The headers that a partner wants in each request besides those of Herald, e.g. a key of its gateway. Pure.

Their values are secrets: no response, history or log has them.
"""

import re
from collections.abc import Mapping
from typing import Final

from herald.languages.message import Message
from herald.languages.refusal import Refusal
from herald.languages.shown import shown

MAX_HEADERS: Final = 10
MAX_NAME, MAX_VALUE = 64, 1_024  # characters
_NAME: Final = re.compile(rf"[!#$%&'*+.^_`|~0-9A-Za-z-]{{1,{MAX_NAME}}}")  # a token (RFC 9110, section 5.6.2)
# A field value (RFC 9110, section 5.5) of ASCII only: a server may read other bytes in any encoding.
_VALUE: Final = re.compile(r"[!-~](?:[ \t!-~]*[!-~])?")
_OF_HERALD: Final = frozenset({"accept-encoding", "date", "host", "user-agent"})
_OF_HERALD_BY_PREFIX: Final = ("content-", "herald-", "webhook-")
# What belongs to the connection, or changes how a server or a proxy reads the request (RFC 9110, sections 7.6, 10.1).
_OF_THE_CONNECTION: Final = frozenset(
    {
        *("connection", "expect", "http2-settings", "keep-alive", "max-forwards", "proxy-authenticate"),
        *("proxy-authorization", "proxy-connection", "range", "te", "trailer", "trailers", "transfer-encoding"),
        *("upgrade", "via"),
    }
)


class HeaderRefused(Refusal):
    """A header that a partner cannot have. The message names it, and never tells a value."""


def check_headers(changes: Mapping[str, str | None]) -> None:
    """Raises `HeaderRefused`. A value of None removes the header."""
    if len({name.lower() for name in changes}) < len(changes):
        raise HeaderRefused(Message("`headers` has a name twice: upper and lower case are the same"))
    for name, value in changes.items():
        _check_name(name)
        if value is not None and (len(value) > MAX_VALUE or not _VALUE.fullmatch(value)):
            raise HeaderRefused(
                Message(
                    "`headers`: the value of `{name}` must be 1 to {most} visible ASCII characters, with spaces only "
                    "between them",
                    name=name,
                    most=MAX_VALUE,
                )
            )


def change_headers(before: Mapping[str, str | None], changes: Mapping[str, str | None]) -> dict[str, str | None]:
    """The headers after the changes, of which None removes one; upper and lower case are the same.

    A header of `before` whose value is None is one whose value is encrypted. Raises `HeaderRefused`.
    """
    changed = {name.lower() for name in changes}
    kept = {name: value for name, value in before.items() if name.lower() not in changed}
    after = {**kept, **{name: value for name, value in changes.items() if value is not None}}
    if len(after) > MAX_HEADERS:
        raise HeaderRefused(Message("`headers` may have {most} names at most", most=MAX_HEADERS))
    return after


def names_of_changes(changes: Mapping[str, str | None]) -> str:
    """What a history says of the changes: `X-Api-Key set, X-Old removed`."""
    return ", ".join(f"{name} {'removed' if value is None else 'set'}" for name, value in changes.items()) or "none"


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise HeaderRefused(
            Message(
                "`headers`: `{name}` is no header's name: 1 to {most} letters, digits and hyphens",
                name=shown(name, MAX_NAME),
                most=MAX_NAME,
            )
        )
    lower = name.lower()
    if lower in _OF_HERALD or lower.startswith(_OF_HERALD_BY_PREFIX):
        raise HeaderRefused(Message("`headers`: Herald sets `{name}` itself", name=name))
    if lower in _OF_THE_CONNECTION:
        raise HeaderRefused(
            Message("`headers`: `{name}` belongs to the connection, not to the notification", name=name)
        )
