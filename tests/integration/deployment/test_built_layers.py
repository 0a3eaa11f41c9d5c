"""What `sam build` builds by default: for arm64, whatever this machine is."""

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from tools.local_engine.environment import ROOT, build_environment

AARCH64 = 183  # e_machine of ELF: EM_AARCH64
LIMIT = 250 * 1024 * 1024  # bytes, unzipped: what Lambda allows for a function and its layers together


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dependencies' layer built with the defaults, in a copy, so that this machine's build cache stays."""
    copy = tmp_path_factory.mktemp("arm64")
    for name in ("template.yaml", "samconfig.toml"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "layers" / "dependencies", copy / "layers" / "dependencies")
    built = subprocess.run(
        ["sam", "build", "DependenciesLayer"],  # noqa: S607 - the one of this environment, first on the path
        cwd=copy,
        env=build_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return copy / ".aws-sam" / "build" / "DependenciesLayer"


def machine(path: Path) -> int | None:
    """The architecture that the file is compiled for (`e_machine` of ELF); None where it is not compiled."""
    start = path.read_bytes()[:20]
    return int(struct.unpack_from("<H", start, 18)[0]) if start.startswith(b"\x7fELF") else None


def test_arm64_layer_has_only_arm64_binaries(layer: Path) -> None:
    compiled = {path.name: machine(path) for path in layer.rglob("*") if path.is_file() and machine(path)}
    assert any(name.startswith("_pydantic_core") for name in compiled)
    assert set(compiled.values()) == {AARCH64}, compiled


def test_the_layer_leaves_room_for_the_code(layer: Path) -> None:
    size = sum(path.stat().st_size for path in layer.rglob("*") if path.is_file())
    assert size < LIMIT // 2
