"""Processor time and time of this process alone."""

import resource
import sys
import time
from typing import Self


class Stopwatch:
    """Both, in seconds, of what runs within it. Threads count; other processes, and the kernel's for them, do not."""

    def __enter__(self) -> Self:
        self._cpu, self._wall = _cpu(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall = time.perf_counter() - self._wall
        self.cpu = _cpu() - self._cpu


def peak_memory() -> float:
    """The most memory that this process has had (resident, MiB)."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / (1 << 20)


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
