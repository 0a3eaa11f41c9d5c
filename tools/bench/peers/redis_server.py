"""A Redis of our own: on a free port of this machine, with nothing on disk."""

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

from tools.common.waiting import wait_until

PROGRAM: Final = "redis-server"
MISSING: Final = f"{PROGRAM} is not on the PATH: install Debian's package of that name, e.g. apt-get install {PROGRAM}"


@dataclass(frozen=True, slots=True)
class Redis:
    """The running server."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """As Celery takes it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def has_any(self, keys: Iterable[str]) -> bool:
        """Whether any of these keys exists; Redis removes an empty list, set or hash."""
        return _asked(self.port, f"EXISTS {' '.join(keys)}") != ":0"


def is_installed() -> bool:
    """Whether there is one to start."""
    return shutil.which(PROGRAM) is not None


@contextmanager
def redis() -> Iterator[Redis]:
    """Starts it, and stops it at the end."""
    port = _free_port()
    options = {"port": port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "maxmemory-policy": "noeviction"}
    arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    with (
        tempfile.TemporaryDirectory(prefix="herald-redis-") as folder,
        subprocess.Popen(
            [shutil.which(PROGRAM) or PROGRAM, *arguments], cwd=folder, stdout=subprocess.DEVNULL
        ) as process,
    ):
        try:
            wait_until(partial(_answers, port), bool)
            yield Redis(port, process.pid)
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    try:
        return _asked(port, "PING") == "+PONG"
    except OSError:
        return False


def _asked(port: int, command: str) -> str:
    """The line that Redis answers (RESP, "Inline commands")."""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        connection.sendall(f"{command}\r\n".encode())
        return connection.makefile(encoding="ascii").readline().rstrip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
