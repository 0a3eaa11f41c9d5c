"""One poll over many due, measured: how long until all are queued, CPU and memory."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from herald.domain.clock import MINUTE, now

_WITHIN = 260  # seconds, for one poll


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Of one poll. Times in seconds, CPU without that of the server, memory in MB of the largest process."""

    due: int
    sent: int
    different: int
    finished: bool
    seconds: float  # from the invocation to the last message, the start of processes included
    poll_cpu: float
    shares: int
    shares_cpu: float
    memory: float

    @property
    def cpu_each(self) -> float:
        """Milliseconds of CPU a message, in all processes."""
        return (self.poll_cpu + self.shares_cpu) / self.sent * 1_000


def measure(due: int, delay_ms: float, *, shared: bool) -> Measured:
    """Starts the server, and has it carry out one poll. Each request to it takes `delay_ms` longer."""
    since = now() - 30 * MINUTE
    with _server(due, since, delay_ms / 1_000, "shared" if shared else "alone") as url:
        began = now() / 1_000
        returned = _post(f"{url}/2015-03-31/functions/dispatcher/invocations", b"{}")
        with urlopen(f"{url}/figures", timeout=_WITHIN) as response:  # noqa: S310 - our own server
            found = json.load(response)
    poll = [one for one in found["processes"] if one["event"] == "poll"]
    shares = [one for one in found["processes"] if one["event"] == "share"]
    return Measured(
        due=due,
        sent=found["messages"],
        different=found["different"],
        finished=returned["finished"],
        seconds=found["last_at"] - began,
        poll_cpu=sum(one["cpu"] for one in poll),
        shares=len(shares),
        shares_cpu=sum(one["cpu"] for one in shares),
        memory=max(one["memory"] for one in found["processes"]),
    )


@contextmanager
def _server(due: int, since: int, delay: float, how: str) -> Iterator[str]:
    command = [sys.executable, "-m", "tools.scale.measured.canned_aws", str(due), str(since), str(delay), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a process without pipes")
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.stdin.close()  # then it ends


def _post(url: str, body: bytes) -> Any:  # noqa: ANN401 - JSON
    with urlopen(Request(url, body), timeout=_WITHIN) as response:  # noqa: S310 - our own server
        return json.load(response)
