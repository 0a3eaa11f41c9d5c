"""One key for publishers and one for operators, so that people and tests can call the API."""

import json
import os
import subprocess
import sys

from tools.local_engine.engine import Engine
from tools.local_engine.errors import LocalEngineError
from tools.local_engine.house import ROOT


def keys_for(engine: Engine, table: str) -> dict[str, str]:
    """New keys by role, in this KeyTable. Raises `LocalEngineError`."""
    path = os.pathsep.join([str(ROOT / "layers" / "herald"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-m", "tools.local_engine.issue_keys", table],
        env={**engine.environment(), "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LocalEngineError(f"the first keys could not be made:\n{done.stderr}")
    keys: dict[str, str] = json.loads(done.stdout)
    return keys
