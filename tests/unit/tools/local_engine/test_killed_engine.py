"""What is left in a home whose engine was killed, and how it goes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.local_engine import leftovers, lifecycle
from tools.local_engine.engine import Engine

WAITS = "import sys; print(flush=True); sys.stdin.read()"
NO_NOTES = [
    "",
    "{",
    "null",
    "[]",
    "7",
    '"text"',
    "{}",
    '{"pid": 1}',
    '{"pid": "x", "port": 1}',
    '{"pid": null, "port": 1}',
]


@pytest.fixture
def function(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process as the engine starts one for a function, waiting for its next event."""
    file = tmp_path / "tmp/ministack-lambda-herald-receiver-x1/_worker.py"
    file.parent.mkdir(parents=True)
    file.write_text(WAITS)
    yield from started(file)


@pytest.fixture
def neighbour(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process of another home's engine."""
    file = tmp_path / "other/tmp/ministack-lambda-herald-receiver-x1/_worker.py"
    file.parent.mkdir(parents=True)
    file.write_text(WAITS)
    yield from started(file)


def started(file: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        yield process
        process.kill()


def dead_pid() -> int:
    """The id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        return process.pid


def test_a_function_that_goes_on_without_its_engine_is_ended(tmp_path: Path, function: subprocess.Popen[str]) -> None:
    assert leftovers.functions_of(tmp_path) == [function.pid]
    leftovers.clear(tmp_path)
    assert function.wait(5) < 0
    assert not (tmp_path / "tmp").exists()


def test_a_function_of_another_engine_goes_on(
    tmp_path: Path, function: subprocess.Popen[str], neighbour: subprocess.Popen[str]
) -> None:
    leftovers.clear(tmp_path)
    assert function.wait(5) < 0
    assert neighbour.poll() is None
    assert (tmp_path / "other/tmp").exists()


def test_somebody_who_reads_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "tmp/notes.py"
    file.parent.mkdir()
    file.write_text(WAITS)
    for reader in started(file):
        leftovers.clear(tmp_path)
        assert reader.poll() is None


def test_to_clear_an_empty_home_changes_nothing(tmp_path: Path) -> None:
    leftovers.clear(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", NO_NOTES)
def test_a_note_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    leftovers.note_of(tmp_path).write_text(text)
    assert leftovers.noted(tmp_path) is None
    assert Engine.find(tmp_path) is None


def test_the_id_of_a_process_that_ended_or_is_another_is_no_engine(
    tmp_path: Path, function: subprocess.Popen[str]
) -> None:
    for pid in (dead_pid(), 1, 2**22 + 1):
        leftovers.note_of(tmp_path).write_text(json.dumps({"pid": pid, "port": 1}))
        assert Engine.find(tmp_path) is None
    assert function.poll() is None


def test_down_removes_what_a_killed_engine_left(tmp_path: Path, function: subprocess.Popen[str]) -> None:
    leftovers.note_of(tmp_path).write_text(json.dumps({"pid": dead_pid(), "port": 1}))
    for name in ("stack.json", "sam/template.yaml", "run make up first/env.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    assert lifecycle.running(tmp_path) is None
    assert lifecycle.down(tmp_path) is False
    assert function.wait(5) < 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
