"""`sam local` says what to do where no local stack runs."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tools.local_engine.environment import ROOT, build_environment


@pytest.mark.parametrize(
    "words",
    [
        ("invoke", "ReceiverFunction", "-e", str(ROOT / "events/receiver_sn_notify.json")),
        ("invoke", "ReceiverFunction", "-e", str(ROOT / "events/receiver_sn_notify.json"), "--skip-pull-image"),
        ("invoke", "DispatcherFunction"),
        ("start-api",),
        ("start-lambda",),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_sam_says_run_make_up_first(words: tuple[str, ...], tmp_path: Path) -> None:
    shutil.copy(ROOT / "samconfig.toml", tmp_path)
    command = ["sam", "local", *words]
    done = subprocess.run(command, cwd=tmp_path, env=build_environment(), capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "run make up first" in done.stderr
