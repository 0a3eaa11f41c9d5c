"""`.local/stack.json`, which `make up` writes: where the local stack answers, what is in it, and the keys to it.

It is searched for from the present folder upwards, so anybody who may write into one of those folders can put one
there. Therefore one of another user, or one that others may write, is not used, and its address gets its own key only.
"""

import json
import os
import stat
from pathlib import Path
from typing import Any

from tools.common.errors import Misused

STACK_FILE = Path(".local/stack.json")
_TEXTS = ("api_url", "engine_url", "region", "stack_name")
_MAPS = ("keys", "functions", "queues", "tables", "topics")
_WRITE_ANEW = "run `make down` and `make up`, which write it anew"
_WITHOUT_IT = "or give --api-url and --key (for AWS commands: --stack-name), which need no such file"


def find_stack(folder: Path) -> dict[str, Any]:
    """What the nearest file says, from this folder upwards; empty when there is none. Raises `Misused`."""
    for parent in (folder, *folder.parents):
        file = parent / STACK_FILE
        if file.is_file():
            return _parse(file, _read(file))
    return {}


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            _check_owner(file, os.fstat(opened.fileno()))
            return opened.read()
    except OSError as fault:
        raise Misused(f"{file} cannot be read: {fault.strerror}", f"look whose it is, {_WITHOUT_IT}") from None


def _check_owner(file: Path, found: os.stat_result) -> None:
    """As git does with a repository of another user. Root's files are trusted: root may do everything anyway."""
    if hasattr(os, "geteuid") and found.st_uid not in (os.geteuid(), 0):
        raise Misused(f"{file} belongs to another user and is not used", f"remove it, {_WITHOUT_IT}")
    if hasattr(os, "geteuid") and found.st_mode & stat.S_IWOTH:
        raise Misused(f"{file} is not used: others may write it", f"`chmod o-w` it if you trust it, {_WITHOUT_IT}")


def _parse(file: Path, text: bytes) -> dict[str, Any]:
    try:
        stack = json.loads(text)
    except (ValueError, RecursionError):
        raise Misused(f"{file} is not JSON", _WRITE_ANEW) from None
    if not _is_stack(stack):
        raise Misused(f"{file} is not what `make up` writes", _WRITE_ANEW)
    return dict(stack)


def _is_stack(found: object) -> bool:
    """Whether what is there is of the right type. Older versions of Herald wrote less."""
    if not isinstance(found, dict):
        return False
    maps = [found.get(name, {}) for name in _MAPS]
    texts = [found[name] for name in _TEXTS if name in found]
    return all(isinstance(one, dict) for one in maps) and all(
        isinstance(text, str) for text in (*texts, *(value for one in maps for value in one.values()))
    )
