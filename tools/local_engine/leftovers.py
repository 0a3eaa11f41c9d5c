"""What an engine leaves that was killed or ended with its machine: its note, its folder, processes of its functions."""

import json
import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from tools.common.waiting import becomes

ENDS_WITHIN = 5.0  # seconds, after a SIGKILL


def note_of(home: Path) -> Path:
    """Where a running engine's process and port are written down; an engine that is stopped takes it away."""
    return home / "engine.json"


def scratch_of(home: Path) -> Path:
    """Where an engine unpacks its functions."""
    return home.resolve() / "tmp"


def clear(home: Path) -> None:
    """Ends the processes that run below the engine's folder, and removes the folder and the note.

    For a home whose engine does not run any more.
    """
    for pid in functions_of(home):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    becomes(lambda: not functions_of(home), ENDS_WITHIN)
    shutil.rmtree(scratch_of(home), ignore_errors=True)
    note_of(home).unlink(missing_ok=True)


def functions_of(home: Path, name: str = "") -> list[int]:
    """The processes in which functions run, or those of one function: the engine starts each from a file in its folder.

    `name` is the function's physical name, or its beginning.
    """
    start = f"{scratch_of(home)}{os.sep}ministack-lambda-{name}"
    return [pid for pid, line in _command_lines().items() if start in line]


def noted(home: Path) -> dict[str, int] | None:
    """The process and the port that an engine wrote down, None where there is no note that can be read."""
    try:
        note = json.loads(note_of(home).read_text())
        return {"pid": int(note["pid"]), "port": int(note["port"])}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None  # a machine that loses its power may leave an empty file


def _command_lines() -> dict[int, str]:
    if Path("/proc/self/cmdline").exists():
        found: dict[int, str] = {}
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):  # it ended meanwhile
                found[int(file.parent.name)] = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return found
    shown = subprocess.run(["ps", "-axo", "pid=,command="], capture_output=True, text=True, check=True)  # noqa: S607 - ps stands elsewhere on every system
    pairs = (line.split(maxsplit=1) for line in shown.stdout.splitlines())
    return {int(pair[0]): pair[1] for pair in pairs if len(pair) > 1}
