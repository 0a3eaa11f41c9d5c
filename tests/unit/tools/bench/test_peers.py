"""The other systems: what they lack is told, and one that fails is not measured."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tools.bench.peers.queue_peer import BULLMQ, CELERY, PeerFailed, QueuePeer, running
from tools.bench.peers.redis_server import PROGRAM
from tools.common.waiting import wait_until


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("peer", [CELERY, BULLMQ], ids=lambda peer: peer.name)
def test_without_redis_the_package_to_install_is_told(peer: QueuePeer) -> None:
    assert peer.missing is not None
    assert "apt-get install redis-server" in peer.missing


def test_a_peer_that_is_not_installed_says_so(programs: Path) -> None:
    (programs / PROGRAM).touch(mode=0o755)
    assert replace(CELERY, needs=programs / "none").missing == (
        "Celery with Redis is not installed: `make bench` does that"
    )
    assert replace(CELERY, needs=programs).missing is None


def test_a_worker_that_tells_of_an_error_is_not_measured(tmp_path: Path) -> None:
    program = "import time; print('ConnectionError', flush=True); open('told', 'w').close(); time.sleep(60)"
    with pytest.raises(PeerFailed, match="ConnectionError"), running([sys.executable, "-c", program], tmp_path, {}):
        wait_until((tmp_path / "told").exists, bool)


def test_a_worker_is_stopped_at_the_end(tmp_path: Path) -> None:
    with running([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, {}) as pid:
        assert Path(f"/proc/{pid}").exists()
    assert not Path(f"/proc/{pid}").exists()
