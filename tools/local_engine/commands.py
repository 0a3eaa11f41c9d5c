"""Runs one command of somebody else's, its output in a log."""

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.local_engine.environment import ROOT
from tools.local_engine.errors import with_tail


def run(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    log: Path,
    line: Callable[[str], None] = lambda _: None,
    folder: Path = ROOT,
) -> None:
    """Runs it to its end, shows `line` each line. Raises `LocalEngineError` with the end of the log when it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("w") as kept,
        subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process,
    ):
        for text in process.stdout or ():
            kept.write(text)
            line(text)
    if process.returncode:
        raise with_tail(f"`{' '.join(command[:2])}` failed", log)
