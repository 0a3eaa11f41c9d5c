"""Runs at the start of every process of a function: its clock differs from that of other processes, and can go forward.

The soak copies this file as `sitecustomize.py` into a folder that PYTHONPATH names, so that Python itself runs it in
the engine's processes; only those of functions get another clock. `time.time_ns` and `time.time` change: Herald reads
no other clock (`herald.domain.clock`), and AWS's signatures are made by `datetime`, which stays right.
"""

import mmap
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

FILE: Final = "HERALD_SOAK_CLOCK"  # names a file of eight bytes: by how many ns the clocks have gone forward
APART: Final = "HERALD_SOAK_CLOCKS_APART"  # ms between the clock that is most behind and the one most ahead
_WORKER: Final = "_worker.py"  # the script of a function's process, as MiniStack names it
_NS_OF_A_MS: Final = 1_000_000


def offset(pid: int, apart: int) -> int:
    """By how many ms the clock of this process is ahead: a third of the processes each behind, right and ahead."""
    return (pid % 3 - 1) * apart // 2


def is_function(command: Sequence[str]) -> bool:
    """Whether this is the command line of a function's process."""
    return any(Path(word).name == _WORKER for word in command)


def new_clock(file: Path) -> None:
    """Makes the file; nothing has gone forward."""
    file.write_bytes(bytes(8))


def go_forward(file: Path, milliseconds: int) -> None:
    """All functions' clocks go forward at this moment."""
    with file.open("r+b") as opened:
        opened.write((milliseconds * _NS_OF_A_MS).to_bytes(8, sys.byteorder))


def change_clock(file: Path, ahead: int) -> None:
    """From now on the clock of this process is ahead by so many ms and by what the file says."""
    with file.open("rb") as opened:
        shared = memoryview(mmap.mmap(opened.fileno(), 8, access=mmap.ACCESS_READ)).cast("q")
    right = time.time_ns

    def time_ns() -> int:
        return right() + ahead * _NS_OF_A_MS + shared[0]

    vars(time).update(time_ns=time_ns, time=lambda: time_ns() / 1e9)


if __name__ == "sitecustomize" and is_function(sys.orig_argv) and FILE in os.environ:
    change_clock(Path(os.environ[FILE]), offset(os.getpid(), int(os.environ[APART])))
