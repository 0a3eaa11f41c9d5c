"""Processor time of another process, from /proc (proc_pid_stat(5)); Linux only."""

import os
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_FIRST, _LAST = 13, 17  # utime, stime, and the two of ended children


def cpu_of(pid: int) -> float:
    """What the process and its ended children have used, in seconds, in steps of 10 ms."""
    return parsed((Path("/proc") / str(pid) / "stat").read_text()) / _TICKS


def parsed(stat: str) -> int:
    """The ticks in a line of `stat`. The name of the program, in parentheses, may have spaces and parentheses."""
    fields = stat[stat.rindex(")") + 2 :].split()
    return sum(int(ticks) for ticks in fields[_FIRST - 2 : _LAST - 2])
