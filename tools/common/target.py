"""Where a command points: the address of the API and the key, from an option, the environment or the local stack.

A key that a person gave goes only to an address that a person gave: a file in one of the folders above, which somebody
else may have put there, must not be able to ask for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from herald.languages.message import Message
from tools.common.errors import Misused
from tools.common.stack.stack_file import find_stack

NO_API = Message("no API to talk to: neither --api-url nor HERALD_API_URL is set, and no local stack runs here")
START_ONE = Message("run `make up` in Herald's folder, or give --api-url and --key")
KEY_ALONE = Message("a key is given, but no address that it may go to: it is not sent where a file says")
GIVE_BOTH = Message(
    "give --api-url or set HERALD_API_URL; for the local stack of `make up`, unset HERALD_KEY and leave --key out"
)

NO_KEY = Message("give --key or set HERALD_KEY; `herald keys create --help` makes one")


@dataclass(frozen=True, slots=True)
class Target:
    """An API (without a slash at its end) and the key to it."""

    api_url: str
    key: str


def find_target(asked: Mapping[str, str | None], environment: Mapping[str, str], folder: Path, role: str) -> Target:
    """The target that was asked for (`api_url`, `key`), else HERALD_API_URL and HERALD_KEY, else the local stack's.

    The local stack's key for `role` goes to the local stack only, and no other key goes to an address that only the
    local stack's file tells. That file is not read where it is not needed. Raises `Misused`.
    """
    api_url = (asked.get("api_url") or environment.get("HERALD_API_URL") or "").rstrip("/")
    key = asked.get("key") or environment.get("HERALD_KEY")
    if key and not (key.isascii() and key.isprintable()):
        raise Misused(
            Message("the key has characters that no key has"), Message("copy it again, without quotes and spaces")
        )
    if api_url and key:
        return Target(api_url, key)
    if key:
        raise Misused(KEY_ALONE, GIVE_BOTH)
    return _local(find_stack(folder), api_url, role)


def _local(stack: Mapping[str, Any], asked_url: str, role: str) -> Target:
    """The local stack with its own key, if it is what was asked for or nothing was."""
    local_url = str(stack.get("api_url", "")).rstrip("/")
    api_url = asked_url or local_url
    if not api_url:
        raise Misused(NO_API, START_ONE)
    key = stack.get("keys", {}).get(role) if api_url == local_url else None
    if not key:
        raise Misused(Message("no key for {url}", url=api_url), NO_KEY)
    return Target(api_url, key)
