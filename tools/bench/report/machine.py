"""The machine and the versions that were measured, without its name."""

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tools.bench.peers.queue_peer import BULLMQ
from tools.bench.peers.redis_server import PROGRAM, is_installed
from tools.local_engine.environment import ROOT

GIB = 1 << 30


def machine() -> str:
    """When it was, on which processor, with how much memory, by which versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    processors = os.process_cpu_count() or 1
    parts = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"{processor(Path('/proc/cpuinfo'))}, {processors} processors, {memory:.0f} GiB",
        load(os.getloadavg(), processors),
        f"Python {platform.python_version()}",
        *_versions(),
    ]
    return "; ".join(parts)


def load(averages: Sequence[float], processors: int) -> str:
    """The load averages, with a warning where other programs must have run meanwhile: `make bench` alone makes less."""
    text = f"load {' '.join(f'{one:.1f}' for one in averages)} at the end"
    is_busy = averages[1] > processors + 1
    return f"{text} (**other programs ran beside it: all figures are too high, and vary**)" if is_busy else text


def processor(cpuinfo: Path) -> str:
    """The model of the processor, or its architecture where it is not told."""
    found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(), re.MULTILINE) if cpuinfo.exists() else None
    return found[1].strip() if found else platform.machine()


def _versions() -> list[str]:
    pinned = (ROOT / "requirements" / "peers.txt").read_text()
    celery = re.search(r"^celery==(\S+)", pinned, re.MULTILINE)
    packages = (ROOT / "tools/bench/peers/bullmq/package.json").read_text()
    bullmq = re.search(r'"bullmq": "(.+)"', packages)
    node = subprocess.run([BULLMQ.worker[0], "--version"], capture_output=True, text=True, check=True).stdout.strip()
    found = [f"Celery {celery[1]}" if celery else "", f"BullMQ {bullmq[1]} on Node {node}" if bullmq else ""]
    return [one for one in (*found, _redis()) if one]


def _redis() -> str:
    if not is_installed():
        return ""
    told = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"v=(\S+)", told)
    return f"Redis {version[1]}" if version else ""
