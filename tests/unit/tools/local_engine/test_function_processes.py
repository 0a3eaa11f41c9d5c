"""Processes of functions are found by their folder, and killed at work."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tools.local_engine.leftovers import functions_of, scratch_of
from tools.local_stack.function_processes import FunctionProcesses, kill, processor_time

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")
IDLE = "import sys; print('ready', flush=True); sys.stdin.read()"
BUSY = "print('ready', flush=True)\nwhile True: pass"


@contextmanager
def running(home: Path, function: str, program: str) -> Iterator[subprocess.Popen[str]]:
    """A process as the engine starts it for a function."""
    folder = scratch_of(home) / f"ministack-lambda-{function}-x1"
    folder.mkdir(parents=True)
    file = folder / "_worker.py"
    file.write_text(program)
    with subprocess.Popen(
        [sys.executable, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def test_only_the_functions_own_processes_are_killed(tmp_path: Path) -> None:
    with running(tmp_path, "one-Inbound", IDLE) as one, running(tmp_path, "two-Inbound", IDLE) as other:
        assert set(functions_of(tmp_path)) == {one.pid, other.pid}
        assert FunctionProcesses(tmp_path).kill_all("one-Inbound") == 1
        assert one.wait() < 0
        assert other.poll() is None
        assert FunctionProcesses(tmp_path).kill_all("three-Inbound") == 0


def test_a_process_that_waits_is_not_at_work(tmp_path: Path) -> None:
    with running(tmp_path, "Inbound", IDLE) as process:
        assert FunctionProcesses(tmp_path).at_work("Inbound", within=0.3) is None
        assert process.poll() is None


def test_a_process_at_work_is_found_and_killed(tmp_path: Path) -> None:
    with running(tmp_path, "Inbound", BUSY) as process:
        assert FunctionProcesses(tmp_path).at_work("Inbound", within=20) == process.pid
        assert processor_time(process.pid) > 0
        assert kill(process.pid)
        assert process.wait() < 0
        assert not kill(process.pid)
