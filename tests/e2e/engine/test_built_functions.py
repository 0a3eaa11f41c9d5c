"""What SAM built is whole: Lambda has no other library than the layers' and the code's own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.docs.template import FUNCTION, GLOBALS
from tools.local_engine.environment import BUILT


def layers_of(name: str) -> list[dict[str, str]]:
    """References to its layers: those of all functions, and its own, which SAM adds to them."""
    own = FUNCTION[name]["Layers"]
    return [*GLOBALS["Layers"], *(layer for layer in own if layer not in GLOBALS["Layers"])]


@pytest.mark.parametrize("name", FUNCTION)
@pytest.mark.usefixtures("engine")
def test_a_built_function_imports_with_its_layers_alone(name: str, tmp_path: Path) -> None:
    layers = [BUILT / layer["Ref"] / "python" for layer in layers_of(name)]
    path = [str(folder) for folder in (BUILT / name, *layers)]
    module, _, handler = FUNCTION[name]["Handler"].rpartition(".")
    script = f"import sys; sys.path[:0] = {path!r}; from {module} import {handler}; assert callable({handler})"
    # -I, -S: none of the test environment's libraries, which the engine would let it see. -B: the build stays as it is.
    command = [sys.executable, "-I", "-S", "-B", "-c", script]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
