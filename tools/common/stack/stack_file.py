"""`.local/stack.json`, which `make up` writes: where the local stack answers, what is in it, and the keys to it.

It is searched for from the present folder upwards, so anybody who may write into one of those folders can put one
there. Therefore one of another user, or one that others may write, is not used, and its address gets its own key only.
"""

import json
import os
import stat
from pathlib import Path
from typing import Any

from herald.languages.message import Message
from tools.common.errors import Misused

STACK_FILE = Path(".local/stack.json")
_TEXTS = ("api_url", "engine_url", "region", "stack_name")
_MAPS = ("keys", "functions", "queues", "tables", "topics")
_WRITE_ANEW = Message("run `make down` and `make up`, which write it anew")
_UNREADABLE = Message(
    "look whose it is, or give --api-url and --key (for AWS commands: --stack-name), which need no such file"
)
_FOREIGN = Message("remove it, or give --api-url and --key (for AWS commands: --stack-name), which need no such file")
_WRITABLE = Message(
    "`chmod o-w` it if you trust it, "
    "or give --api-url and --key (for AWS commands: --stack-name), which need no such file"
)


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
        cause = fault.strerror or str(fault)
        raise Misused(Message("{file} cannot be read: {cause}", file=file, cause=cause), _UNREADABLE) from None


def _check_owner(file: Path, found: os.stat_result) -> None:
    """As git does with a repository of another user. Root's files are trusted: root may do everything anyway."""
    if hasattr(os, "geteuid") and found.st_uid not in (os.geteuid(), 0):
        raise Misused(Message("{file} belongs to another user and is not used", file=file), _FOREIGN)
    if hasattr(os, "geteuid") and found.st_mode & stat.S_IWOTH:
        raise Misused(Message("{file} is not used: others may write it", file=file), _WRITABLE)


def _parse(file: Path, text: bytes) -> dict[str, Any]:
    try:
        stack = json.loads(text)
    except (ValueError, RecursionError):
        raise Misused(Message("{file} is not JSON", file=file), _WRITE_ANEW) from None
    if not _is_stack(stack):
        raise Misused(Message("{file} is not what `make up` writes", file=file), _WRITE_ANEW)
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
