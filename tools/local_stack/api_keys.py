"""One key for publishers and one for operators, so that people and tests can call the API."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping

from tools.local_engine.engine import Engine
from tools.local_engine.environment import ROOT
from tools.local_engine.errors import LocalEngineError


def keys_for(engine: Engine, table: str, kept: Mapping[str, str]) -> dict[str, str]:
    """A key for each role, in this KeyTable: the kept one where the table knows it, else a new one.

    Raises `LocalEngineError`.
    """
    path = os.pathsep.join([str(ROOT / "layers" / "herald"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-m", "tools.local_stack.create_keys", table],
        env={**engine.environment(), "PYTHONPATH": path},
        input=json.dumps(dict(kept)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LocalEngineError(f"the first keys could not be made:\n{done.stderr}")
    keys: dict[str, str] = json.loads(done.stdout)
    return keys
