"""Containers reach the engine through the relay, and the relay ends with the engine."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, override

import pytest
import requests

from tools.common.waiting import becomes
from tools.local_engine import port_forward
from tools.local_engine.sam_local import template_in, variables_in

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Docker needs no relay")
GATEWAY = "127.0.0.2"  # every address that begins with 127 is this machine, on Linux
NO_DOCKER = "tcp://127.0.0.1:9"
BODY = b"x" * 300_000
IMPORTS = "import sys; from pathlib import Path; from tools.local_engine import port_forward; "
RUN = f"{IMPORTS}port_forward.gateway = lambda: sys.argv[3]; "
WAITS = "import sys; print(flush=True); sys.stdin.read()"


class Engine(BaseHTTPRequestHandler):
    """Gives back what it was sent."""

    @override
    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        """One request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def port() -> Iterator[int]:
    """Where a server of this machine only listens."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Engine) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def engine() -> Iterator[subprocess.Popen[str]]:
    """A process with the engine's name in its command line."""
    command = [sys.executable, "-c", WAITS, "ministack"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        yield process
        process.kill()


def start(port: int, pid: int, home: Path) -> subprocess.Popen[bytes]:
    script = f"{RUN}port_forward.main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[4]))"
    command = [sys.executable, "-c", script, str(port), str(pid), GATEWAY, str(home)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def connects(port: int) -> bool:
    with suppress(OSError), socket.create_connection((GATEWAY, port), 1):
        return True
    return False


def test_it_carries_whole_bodies_both_ways_and_ends_with_the_engine(
    port: int, engine: subprocess.Popen[str], tmp_path: Path
) -> None:
    with start(port, engine.pid, tmp_path) as running:
        assert becomes(lambda: connects(port), 20)
        answers = [requests.post(f"http://{GATEWAY}:{port}", data=BODY, timeout=10) for _ in range(5)]
        assert [answer.content for answer in answers] == [BODY] * 5
        engine.kill()
        assert running.wait(20) == 0
    assert not connects(port)


def test_at_its_end_sam_finds_no_stack_any_more(port: int, engine: subprocess.Popen[str], tmp_path: Path) -> None:
    for file in (template_in(tmp_path), variables_in(tmp_path)):
        file.parent.mkdir()
        file.touch()
    with start(port, engine.pid, tmp_path) as running:
        assert becomes(lambda: connects(port), 20)
        assert variables_in(tmp_path).exists()
        engine.kill()
        assert running.wait(20) == 0
    assert not template_in(tmp_path).exists()
    assert not variables_in(tmp_path).exists()


@pytest.mark.parametrize("pid", [1, 2**22 + 1])
def test_it_ends_at_once_where_no_engine_runs(port: int, pid: int, tmp_path: Path) -> None:
    with start(port, pid, tmp_path) as running:
        assert running.wait(20) == 0


def test_a_second_one_leaves_the_place_to_the_first(port: int, engine: subprocess.Popen[str], tmp_path: Path) -> None:
    with port_forward.listening(GATEWAY, port) as first:
        first.listen()
        with start(port, engine.pid, tmp_path) as second:
            assert second.wait(20) == 0
            assert second.stdout
            assert b"an earlier relay" in second.stdout.read()


def test_it_may_listen_before_docker_has_made_its_bridge(port: int) -> None:
    with port_forward.listening("203.0.113.7", port) as early:
        assert early.getsockname() == ("203.0.113.7", port)


def test_without_docker_there_is_no_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", NO_DOCKER)
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert port_forward.gateway() is None


def test_where_docker_may_be_started_later_its_usual_address_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", NO_DOCKER)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    assert port_forward.gateway() == port_forward.USUAL_GATEWAY
