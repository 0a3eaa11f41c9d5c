"""Where a command points: the address of the API and the key, from an option, the environment or the local stack."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.herald_cli.errors import Misused

STACK_FILE = Path(".local/stack.json")
NO_API = "no API to talk to: neither --api-url nor HERALD_API_URL is set, and no local stack runs here"
START_ONE = "run `make up` in Herald's folder, or give --api-url and --key"


@dataclass(frozen=True, slots=True)
class Target:
    """An API (without a slash at its end) and the key to it."""

    api_url: str
    key: str


def find_target(asked: Mapping[str, str | None], environment: Mapping[str, str], folder: Path, role: str) -> Target:
    """The target that was asked for (`api_url`, `key`), else HERALD_API_URL and HERALD_KEY, else the local stack's.

    The local stack's key for `role` goes to the local stack only. Raises `Misused`.
    """
    stack = find_stack(folder)
    api_url = asked.get("api_url") or environment.get("HERALD_API_URL") or stack.get("api_url")
    if not api_url:
        raise Misused(NO_API, START_ONE)
    key = asked.get("key") or environment.get("HERALD_KEY")
    if not key and api_url == stack.get("api_url"):
        key = stack.get("keys", {}).get(role)
    if not key:
        raise Misused(f"no key for {api_url}", "give --key or set HERALD_KEY; `herald keys create --help` makes one")
    if not (key.isascii() and key.isprintable()):
        raise Misused("the key has characters that no key has", "copy it again, without quotes and spaces")
    return Target(api_url.rstrip("/"), key)


def find_stack(folder: Path) -> dict[str, Any]:
    """What `make up` wrote into the nearest `.local/stack.json`, from this folder upwards; empty when there is none."""
    for parent in (folder, *folder.parents):
        file = parent / STACK_FILE
        if file.is_file():
            return _read(file)
    return {}


def _read(file: Path) -> dict[str, Any]:
    try:
        stack = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        raise Misused(f"{file} is not JSON", "run `make down` and `make up`, which write it anew") from None
    return stack if isinstance(stack, dict) else {}
