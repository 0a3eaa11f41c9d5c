"""The `herald` command in a process of its own, as people run it."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_FOUND_DAMAGES = 1  # exit code


class AuditFailed(Exception):
    """`herald audit` did not answer; the text is what it said instead."""


def run_herald(environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Runs the command with these words; what it printed and its exit code, whatever that is."""
    command = [str(Path(sys.executable).with_name("herald")), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def run_audit(environment: Mapping[str, str], stack_name: str) -> dict[str, Any]:
    """The answer of `herald audit --json` about a stack. Raises `AuditFailed`."""
    done = run_herald(environment, "audit", "--stack-name", stack_name, "--json")
    if done.returncode not in {0, _FOUND_DAMAGES} or not done.stdout:
        raise AuditFailed(f"`herald audit` of {stack_name} ended with {done.returncode}: {done.stderr or done.stdout}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
