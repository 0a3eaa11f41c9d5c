"""The journal of a soak: everything that the tool did to the system, and when. Safe to use from several threads."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import override

from herald.domain.clock import iso, now


class What(StrEnum):
    """What was done."""

    KILL = "kill"  # SIGKILL to a function's process
    TIME_LIMIT = "time limit"  # the engine ended a process at its function's time limit
    FAULT = "fault"  # in one request between a function and AWS
    STORM = "storm"  # for some seconds half of the requests to one service fail
    PURGE = "purge"
    MESSAGE = "message"  # copied, or hidden for a while
    POLL = "poll"
    OPERATOR = "operator"
    PARTNER = "partner"  # its server answers in another way from now on
    JUMP = "jump"  # the functions' clocks went forward


_CONCERNS_ALL = {What.KILL, What.TIME_LIMIT, What.STORM, What.PURGE, What.JUMP}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was done. `about` are digests of notifications, numbers of partners or names of functions."""

    at: int  # ms since the epoch
    what: What
    kind: str
    about: tuple[str, ...] = ()
    detail: str = ""

    @override
    def __str__(self) -> str:
        return f"{iso(self.at)} {self.what.value}: {self.kind} {self.detail}".rstrip()


class Journal:
    """The entries, in memory and, line by line, in a file."""

    def __init__(self, file: Path) -> None:
        self._lock = Lock()
        self._entries: list[Entry] = []
        self._file = file.open("w", encoding="utf-8", buffering=1)  # somebody may read it meanwhile

    def note(self, what: What, kind: str, *about: str, detail: str = "") -> Entry:
        """Writes down what happened now."""
        entry = Entry(at=now(), what=what, kind=kind, about=about, detail=detail)
        with self._lock:
            self._entries.append(entry)
            print(json.dumps(asdict(entry), ensure_ascii=False), file=self._file)
        return entry

    def entries(self, *what: What) -> list[Entry]:
        """Those of these sorts, or all, in their order."""
        with self._lock:
            return [one for one in self._entries if not what or one.what in what]

    def close(self) -> None:
        """Writes what is left to the file."""
        with self._lock:
            self._file.close()


def story(entries: list[Entry], about: set[str], since: int, until: int) -> list[Entry]:
    """What was done to one notification (by its digest and its partner's number) and to all within that time (ms)."""
    return [
        one for one in entries if since <= one.at <= until and (about & set(one.about) or one.what in _CONCERNS_ALL)
    ]
