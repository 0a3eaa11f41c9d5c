"""A checkout of the project whose functions are measured: this one, or another one beside it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.bench.aws.schema import variables
from tools.local_engine.environment import ROOT, aws_environment, bare_environment
from tools.local_stack.template import load_template

LONGEST_TASK = 300  # seconds


class TaskFailed(Exception):
    """A measured process ended without a result. The text is the end of what it wrote."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """Where it is, and what its rows are called."""

    root: Path = ROOT
    name: str = "Herald"

    @property
    def functions(self) -> list[str]:
        """The packages of its functions."""
        return sorted(path.parent.name for path in (self.root / "functions").glob("*/app.py"))

    def run(self, task: dict[str, object], endpoint: str = "http://127.0.0.1:1") -> dict[str, Any]:
        """The result of a task of `tools.bench.herald`, with AWS at this address. Raises `TaskFailed`."""
        return self._python("tools.bench.herald", json.dumps(task), endpoint)

    def import_function(self, function: str) -> dict[str, Any]:
        """What the import of a function takes. Raises `TaskFailed`."""
        return self._python("tools.bench.herald.importing", function, "http://127.0.0.1:1")

    def _python(self, module: str, argument: str, endpoint: str) -> dict[str, Any]:
        ended = subprocess.run(
            [self._interpreter(), "-m", module, argument],
            env=self.environment(endpoint),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_TASK,
        )
        if ended.returncode:
            raise TaskFailed(ended.stderr[-2_000:])
        result: dict[str, Any] = json.loads(ended.stdout)
        return result

    def _interpreter(self) -> str:
        """That of its own environment, which has the libraries of its layers."""
        own = self.root / ".venv" / "bin" / "python"
        return str(own) if own.exists() else sys.executable

    def environment(self, endpoint: str) -> dict[str, str]:
        """As Lambda has it, with this checkout's code before any other. The partners are on this machine."""
        code = [self.root / "layers" / "herald", self.root / "layers" / "console", self.root / "functions", ROOT]
        return {
            **bare_environment(),
            **aws_environment(endpoint),
            **variables(endpoint, load_template(self.root / "template.yaml")),
            "ALLOW_PRIVATE_ENDPOINTS": "true",
            "STAGE": "local",
            "PYTHONPATH": os.pathsep.join(map(str, code)),
        }
