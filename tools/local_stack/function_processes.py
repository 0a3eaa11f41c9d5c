"""The processes in which a local engine runs the functions, and their end by SIGKILL. For Linux."""

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tools.common.waiting import becomes
from tools.local_engine.leftovers import functions_of

_AGAIN = 0.002  # seconds between two looks at the processor time
_LOOKS = 50  # of them, until the processes are searched for again
_ENDS_WITHIN = 5.0  # seconds, after SIGKILL


@dataclass(frozen=True, slots=True)
class FunctionProcesses:
    """Those of the engine with this home. A function is named by its physical name."""

    home: Path

    def at_work(self, function: str, within: float) -> int | None:
        """The first process of the function that uses the processor; None where none does `within` seconds."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            before = {pid: _used(pid) for pid in functions_of(self.home, function)}
            for _ in range(_LOOKS):
                time.sleep(_AGAIN)
                for pid, used in before.items():
                    if _used(pid) > used:
                        return pid
        return None

    def kill_all(self, function: str) -> int:
        """Kills every process of the function, so that its next invocation is a cold start. How many."""
        return sum(kill(pid) for pid in functions_of(self.home, function))


def _used(pid: int) -> int:
    """The ns for which its first thread has used a processor; 0 where it has ended."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0])
    return 0


def processor_time(pid: int) -> float:
    """The seconds for which all of its threads have used a processor (proc_pid_stat(5)); 0 where it has ended."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def kill(pid: int) -> bool:
    """Kills the process; whether it ran and has ended now."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return becomes(lambda: _has_ended(pid), _ENDS_WITHIN)


def _has_ended(pid: int) -> bool:
    """Whether it has ended; that the engine has not yet read its exit code does not matter."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state in {"Z", "X"}
