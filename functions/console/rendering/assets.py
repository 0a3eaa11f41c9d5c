"""The console's own files for the browser: each under an address with the hash of its content."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parents[1] / "static"
_TYPES: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@cache
def asset_path(name: str) -> str:
    """The path of a file, such as `/console/static/console.1a2b3c4d.css`."""
    stem, dot, suffix = name.rpartition(".")
    return f"/console/static/{stem}.{_hash(name)}{dot}{suffix}"


def find_asset(served: str) -> tuple[str, str] | None:
    """The text and the content type of the file at the last part of an `asset_path`; None where there is none."""
    found = next((name for name in _names() if asset_path(name).endswith(f"/{served}")), None)
    return (_text(found), _TYPES[Path(found).suffix]) if found else None


@cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(path.name for path in _FOLDER.iterdir() if path.suffix in _TYPES))


@cache
def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _hash(name: str) -> str:
    return sha256(_text(name).encode()).hexdigest()[:16]
