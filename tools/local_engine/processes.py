"""Processes by their id: how one begins, whether it runs, how it ends."""

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tools.common.waiting import becomes

ENDS_WITHIN = 10.0  # seconds, before it is made to
ENGINE_NAME = "ministack"  # in the engine's command line


def spawn(command: list[str], environment: Mapping[str, str], log: Path) -> int:
    """Starts a process that outlives this one, in a group of its own, its output in the log. Its id."""
    return os.posix_spawn(
        command[0],
        command,
        environment,
        setsid=True,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
    )


def is_running(pid: int, name: str) -> bool:
    """Whether this process runs and is what we think: ids are used again, and its owner may be somebody else by now."""
    return not is_gone(pid) and name in _command(pid)


def stop_group(pid: int) -> None:
    """Ends the process and its children: politely, then by force. Returns when the process is gone."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(pid, how)
        if becomes(lambda: is_gone(pid), ENDS_WITHIN):
            return


def is_gone(pid: int) -> bool:
    """Whether no such process runs any more; an ended child process is reaped."""
    try:
        if os.waitpid(pid, os.WNOHANG) == (0, 0):  # ours, and alive
            return False
    except ChildProcessError:  # somebody else's child
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False
    return True


def _command(pid: int) -> str:
    line = Path(f"/proc/{pid}/cmdline")
    if line.exists():
        return line.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    shown = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)  # noqa: S607 - ps stands elsewhere on every system
    return shown.stdout
