"""Folders and files are as small as CONTRIBUTING.md says."""

import re
from collections import Counter
from pathlib import Path
from typing import Final

from tests.support.paths import ROOT

PRODUCT: Final = ("functions", "layers/herald/herald", "layers/console", "tools")
SOURCES: Final = [path for area in (*PRODUCT, "tests") for path in (ROOT / area).rglob("*.py")]
RULE: Final = re.compile(
    r"A folder has at most twelve Python files, an `app\.py` at most (\d+) lines,"
    r" any other product file at most (\d+), a test\s+file at most (\d+)\."
)


def limits() -> tuple[int, int, int]:
    """Lines at most of an app.py, of another product file and of a test file."""
    rule = RULE.search((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert rule is not None
    handler, product, test = map(int, rule.groups())
    return handler, product, test


def limit_of(path: Path) -> int:
    handler, product, test = limits()
    if path.is_relative_to(ROOT / "tests"):
        return test
    return handler if path.name == "app.py" else product


def lines_of(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


def test_no_folder_has_more_than_twelve_python_files() -> None:
    files = Counter(path.parent for path in SOURCES)

    assert len(files) > 100
    assert {str(folder.relative_to(ROOT)): count for folder, count in files.items() if count > 12} == {}


def test_no_file_is_longer_than_its_kind_may_be() -> None:
    long = {path: lines_of(path) for path in SOURCES if lines_of(path) > limit_of(path)}

    assert {str(path.relative_to(ROOT)): lines for path, lines in long.items()} == {}


def test_each_kind_of_file_has_its_own_limit() -> None:
    limits_seen = [
        limit_of(ROOT / name) for name in ("functions/orders/app.py", "tools/rollout.py", "tests/a/test_b.py")
    ]

    assert limits_seen == sorted(set(limits_seen))
