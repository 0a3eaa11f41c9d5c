"""The engine: MiniStack, as a process of its own that outlives whoever started it."""

import json
import os
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import boto3
import requests

from tools.common.waiting import becomes
from tools.local_engine.environment import REGION, ROOT, aws_environment, bare_environment
from tools.local_engine.errors import with_tail
from tools.local_engine.leftovers import clear, note_of, noted, scratch_of
from tools.local_engine.processes import ENGINE_NAME, is_gone, is_running, spawn, stop_group

type Report = Callable[[str], None]

USUAL_PORT = 4566  # the one that people know from such engines; taken when it is free
LAUNCHER = "tools.local_engine.ministack"
STARTS_WITHIN = 60.0  # seconds
SERVICES = "apigateway,cloudformation,cloudwatch,dynamodb,events,iam,kms,lambda,logs,s3,scheduler,sns,sqs,sts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A running engine: where it keeps its things, its process and its port on 127.0.0.1."""

    home: Path
    pid: int
    port: int

    @property
    def url(self) -> str:
        """Where AWS clients find it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the engine and the functions in it say."""
        return self.home / "engine.log"

    @classmethod
    def start(cls, home: Path, *, port: int = USUAL_PORT, seen_by_functions: Mapping[str, str] | None = None) -> Self:
        """Starts an engine that keeps its state below `home` and enforces IAM; returns when it answers.

        It takes `port` if it is free, else any other (0: any). `seen_by_functions` are variables that every function
        gets, because the engine's own environment reaches them. Removes what a killed engine left in `home`. Raises
        `LocalEngineError` when it does not come up.
        """
        clear(home)
        scratch = scratch_of(home)
        scratch.mkdir(parents=True)
        port = free_port(port)
        settings = {
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "AUTH": "true",
            "MINISTACK_REGION": REGION,
            "SERVICES": SERVICES,
            "IOT_MTLS_ENABLED": "0",  # would open a second port
            "TMPDIR": str(scratch),
        }
        environment = {**bare_environment(), **settings, **(seen_by_functions or {})}
        pid = spawn([sys.executable, "-m", LAUNCHER], environment, home / "engine.log")
        engine = cls(home=home, pid=pid, port=port)
        if not becomes(lambda: engine.answers() or is_gone(pid), STARTS_WITHIN) or not engine.answers():
            engine.stop()
            raise with_tail("the local engine does not start", engine.log)
        note_of(home).write_text(json.dumps({"pid": engine.pid, "port": engine.port}))
        return engine

    @classmethod
    def find(cls, home: Path) -> Self | None:
        """The engine that was started with this home, if it still runs."""
        note = noted(home)
        return cls(home=home, **note) if note and is_running(note["pid"], ENGINE_NAME) else None

    def answers(self) -> bool:
        """Whether it is ready for calls."""
        try:
            with requests.Session() as session:
                session.trust_env = False
                return session.get(f"{self.url}/_ministack/health", timeout=2).ok
        except requests.RequestException:
            return False

    def stop(self) -> None:
        """Ends the engine and the functions in it; returns when they are gone."""
        stop_group(self.pid)
        clear(self.home)

    def let_containers_in(self) -> None:
        """Makes it reachable as `host.docker.internal` from containers of this machine, for as long as it runs."""
        own = [str(self.port), str(self.pid), str(self.home.resolve())]
        command = [sys.executable, "-m", "tools.local_engine.port_forward", *own]
        docker = {name: value for name, value in os.environ.items() if name.startswith("DOCKER_")}
        spawn(command, {**bare_environment(), **docker, "PYTHONPATH": str(ROOT)}, self.home / "relay.log")

    def environment(self) -> dict[str, str]:
        """For tools that are to speak to this engine and to nothing else."""
        return {**bare_environment(), **aws_environment(self.url)}

    def client(self, service: str) -> Any:  # noqa: ANN401 - which class it is depends on the name
        """A boto3 client of this engine, as the account's root."""
        make: Callable[..., Any] = boto3.Session("test", "test", region_name=REGION).client
        return make(service, endpoint_url=self.url)


def free_port(wanted: int) -> int:
    """The wanted port, or any other when it is taken; 0 wants any."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise AssertionError  # port 0 is always free
