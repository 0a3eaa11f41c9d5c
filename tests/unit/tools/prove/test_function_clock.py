"""The clocks of functions: apart from each other, and going forward together."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tools.prove.faulty_aws import function_clock
from tools.prove.faulty_aws.function_clock import APART, FILE, go_forward, is_function, new_clock, offset

TOLD = "import sys, time; print(time.time_ns() // 10**6, round(time.time() * 1000), sep=','); sys.stdout.flush()"
AGAIN = f"{TOLD}; sys.stdin.readline(); {TOLD}"


def test_three_processes_in_a_row_are_behind_right_and_ahead() -> None:
    assert {offset(pid, 5_000) for pid in (300, 301, 302)} == {-2_500, 0, 2_500}


def test_only_the_script_of_a_function_is_one() -> None:
    assert is_function(["python", "/tmp/ministack-lambda-x/_worker.py"])  # noqa: S108 - a name, no file
    assert not is_function(["python", "-m", "tools.local_engine.ministack"])


def started(folder: Path, script: str) -> subprocess.Popen[str]:
    """A process with this script, that begins with what the soak puts beside the functions."""
    shutil.copy(function_clock.__file__, folder / "sitecustomize.py")
    file = folder / script
    file.write_text(AGAIN)
    environment = {**os.environ, "PYTHONPATH": str(folder), FILE: str(folder / "clock"), APART: "5000"}
    return subprocess.Popen(
        [sys.executable, str(file)], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def told(process: subprocess.Popen[str]) -> tuple[int, int]:
    """The moment (ms) by both functions of the module `time`."""
    assert process.stdout
    first, second = process.stdout.readline().split(",")
    return int(first), int(second)


def test_a_functions_clock_is_apart_by_its_process_and_goes_forward_at_once(tmp_path: Path) -> None:
    new_clock(tmp_path / "clock")
    with started(tmp_path, "_worker.py") as process:
        first, second = told(process)
        expected = offset(process.pid, 5_000)
        assert abs(first - second) < 1_000
        go_forward(tmp_path / "clock", 660_000)
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
        later, _ = told(process)
    assert 660_000 <= later - first < 670_000
    assert first - expected < later - 660_000 - expected + 1


def test_the_clock_of_another_process_is_right(tmp_path: Path) -> None:
    new_clock(tmp_path / "clock")
    go_forward(tmp_path / "clock", 660_000)
    with started(tmp_path, "engine.py") as process:
        first, _ = told(process)
        process.communicate("\n")
    assert first < time.time_ns() // 10**6 + 1_000
