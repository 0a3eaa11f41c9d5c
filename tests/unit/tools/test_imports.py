"""Each module of the tools can be imported first: no circular import depends on the order."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[3] / "tools"
OTHER_ENVIRONMENT = TOOLS / "bench" / "peers" / "celery_worker"  # runs beside Celery, which is not installed here
PACKAGES = sorted(
    {path.parent.relative_to(TOOLS.parent) for path in TOOLS.rglob("*.py") if path.parent != OTHER_ENVIRONMENT}
)
# One process imports the modules of a package in turn, and forgets all of `tools` before each.
SCRIPT = """
import importlib, json, sys
failed = {}
for name in json.loads(sys.argv[1]):
    for loaded in [one for one in sys.modules if one.partition(".")[0] == "tools"]:
        del sys.modules[loaded]
    try:
        importlib.import_module(name)
    except ImportError as error:
        failed[name] = str(error)
print(json.dumps(failed))
"""


def modules(package: Path) -> list[str]:
    """The modules of the folder but those that start a program."""
    names = sorted(path.stem for path in (TOOLS.parent / package).glob("*.py"))
    own = [name for name in names if name not in {"__init__", "__main__"}]
    return [".".join((*package.parts, name)) for name in own]


@pytest.mark.parametrize("package", PACKAGES, ids=str)
def test_each_module_imports_first(package: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, json.dumps(modules(package))]
    path = {"PYTHONPATH": ":".join(entry for entry in sys.path if entry), "AWS_DEFAULT_REGION": "us-east-1"}
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=path, cwd=TOOLS.parent)
    assert json.loads(run.stdout) == {}
