"""Searches texts for secrets in clear: those that are known, and whatever has the form of one."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus

from herald.domain.api_key import KEY_FORM

SHORTEST = 8  # characters; a shorter value of a header is found everywhere
_PREFIX = "whsec_"
_FORM = re.compile(rf"{_PREFIX}[A-Za-z0-9+/]{{16,}}={{0,2}}|{KEY_FORM}")
_SHOWN_ONCE = ("secret", "queryKey", "key")  # members of responses


@dataclass
class KnownSecrets:
    """The secrets that a session has made."""

    values: set[str] = field(default_factory=set)

    def note(self, *secrets: str) -> None:
        """From now on these are searched for."""
        self.values |= {one for one in secrets if len(one) >= SHORTEST}

    def note_exchange(self, asked: bytes | str | None, answered: bytes) -> None:
        """Those in a request of the API and in its response."""
        headers = _members(asked).get("headers")
        if isinstance(headers, dict):
            self.note(*(value for value in headers.values() if isinstance(value, str)))
        response = _members(answered)
        self.note(*(response[name] for name in _SHOWN_ONCE if isinstance(response.get(name), str)))

    def found_in(self, places: Iterable[tuple[str, str]]) -> list[str]:
        """What stands where, of secrets only the beginning. `places` are names and texts."""
        wanted = [(form, secret) for secret in sorted(self.values) for form in forms_of(secret)]
        return sorted({f"{place}: {secret[:10]}…" for place, text in places for secret in _found(wanted, text)})


def forms_of(secret: str) -> set[str]:
    """How a text may contain it: as it is, in JSON, in a URL, in a form."""
    texts = {secret, secret.removeprefix(_PREFIX)}
    return {form for text in texts for form in (text, json.dumps(text)[1:-1], quote(text, safe=""), quote_plus(text))}


def _found(wanted: list[tuple[str, str]], text: str) -> Iterator[str]:
    yield from (secret for form, secret in wanted if form in text)
    yield from (match[0] for match in _FORM.finditer(text))


def _members(text: bytes | str | None) -> dict[str, Any]:
    try:
        content = json.loads(text or b"")
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
