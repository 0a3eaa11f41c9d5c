"""The token in an inbound address: `herald_inbound_<id of the source>_<256 random bits>`. Pure.

The id finds the source in one read; the rest proves that the caller has the address. It is shown once, and its SHA-256
is stored.
"""

import re
import secrets
from hashlib import sha256
from typing import Final

_BYTES: Final = 32
_ID: Final = r"[0-9a-f]{16}"
# By which secret scanners find a token; docs/operations.md has the expression for people to copy.
TOKEN_FORM: Final = rf"herald_inbound_{_ID}_[A-Za-z0-9_-]{{43}}"
_TOKEN: Final = re.compile(rf"herald_inbound_({_ID})_[A-Za-z0-9_-]{{43}}")
_NO_SOURCE: Final = "0" * 16  # is read in place of an id, so that a text without one is answered in the same time


def new_source_id() -> str:
    """A new id: 16 hex digits."""
    return secrets.token_hex(8)


def new_token(source_id: str) -> str:
    """A new token of this source, in characters that are valid in a URL."""
    return f"herald_inbound_{source_id}_{secrets.token_urlsafe(_BYTES)}"


def source_id_of(token: str) -> str:
    """The id of the source that the token names; of a text without one, an id that no source has."""
    found = _TOKEN.fullmatch(token)
    return found[1] if found else _NO_SOURCE


def hash_of_token(token: str) -> str:
    """SHA-256 of the token, in hex."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()
